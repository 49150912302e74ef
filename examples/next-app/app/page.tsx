"use client";
// The numbers of the organization, each with the agents it may be assigned to.
import { useCallback, useEffect, useState } from "react";

interface PhoneNumber {
  readonly id: string;
  readonly phoneNumber: string;
  readonly chatbotId: string | null;
}

interface Agent {
  readonly id: string;
  readonly name: string;
}

interface Problem {
  readonly title: string;
  readonly detail?: string;
}

export default function Numbers() {
  const [numbers, setNumbers] = useState<readonly PhoneNumber[]>([]);
  const [agents, setAgents] = useState<readonly Agent[]>([]);
  const [isSignedIn, setIsSignedIn] = useState(true);
  const [problem, setProblem] = useState<string>();

  const load = useCallback(async () => {
    const [listed, known] = await Promise.all([fetch("/api/phone-numbers"), fetch("/api/agents")]);
    if (listed.status === 401) return setIsSignedIn(false);
    setNumbers(((await listed.json()) as { phoneNumbers: PhoneNumber[] }).phoneNumbers);
    setAgents(((await known.json()) as { agents: Agent[] }).agents);
  }, []);
  useEffect(() => void load(), [load]);

  async function assign(phoneNumberId: string, chatbotId: string) {
    const response = await fetch("/api/phone-numbers/assign", {
      method: "POST",
      body: JSON.stringify({ phoneNumberId, chatbotId, enableSms: true }),
    });
    setProblem(response.ok ? undefined : messageOf((await response.json()) as Problem));
    await load();
  }

  if (!isSignedIn) return <SignIn />;
  return (
    <main>
      <h1>Phone numbers</h1>
      {problem && <p role="alert">{problem}</p>}
      <ul>
        {numbers.map(({ id, phoneNumber, chatbotId }) => (
          <li key={id}>
            {phoneNumber}: {agents.find((agent) => agent.id === chatbotId)?.name ?? "nobody"}{" "}
            {agents.map((agent) => (
              <button key={agent.id} type="button" onClick={() => void assign(id, agent.id)}>
                Assign to {agent.name}
              </button>
            ))}
          </li>
        ))}
      </ul>
    </main>
  );
}

function messageOf({ title, detail = "" }: Problem): string {
  return `${title}. ${detail}`;
}

function SignIn() {
  return (
    <form method="post" action="/sign-in">
      <label>
        Password <input type="password" name="password" />
      </label>
      <button type="submit">Sign in</button>
    </form>
  );
}
