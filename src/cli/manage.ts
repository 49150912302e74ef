// The main job from the command line: requests to a running Switchhook, told in a line or, with --json, as they came.
import type { Command } from "commander";
import { NUMBER, numberIdOf } from "./references.ts";
import { type Answer, query, run } from "./run.ts";
import { inWordsOf } from "./wording.ts";

interface Verification extends Answer {
  readonly phoneNumber: string;
  readonly configured: boolean;
  readonly effective: Readonly<Record<string, Route>>;
  readonly fixRequest: { readonly body: FixBody } | null;
}

interface FixBody {
  readonly phoneNumberId: string;
  /** With these the number is assigned, and else configured again. */
  readonly chatbotId?: string;
  readonly enableSms?: boolean;
  readonly enableWhatsApp?: boolean;
  readonly takeover?: boolean;
}

interface Route {
  readonly verdict: string;
  readonly reason: string;
  readonly warnings: readonly { readonly reason: string }[];
}

interface Probe extends Answer {
  readonly reachable: boolean;
  readonly webhooks: readonly {
    readonly webhook: string;
    readonly url: string;
    readonly problem: string | null;
    readonly warning: string | null;
    readonly totalMs: number;
  }[];
}

interface BatchAnswer extends Answer {
  readonly results: {
    readonly failed: number;
    readonly errors: readonly { phoneNumberId: string; code: string; detail: string }[];
  };
}

function tellVerification({ phoneNumber, configured, effective, fixRequest }: Verification): string {
  const routes = Object.entries(effective).flatMap(([channel, { verdict, reason, warnings }]) => [
    `  ${channel.padEnd(9)} ${verdict.padEnd(17)} ${reason}`,
    ...warnings.map((warning) => `  ${"".padEnd(9)} ${"warning".padEnd(17)} ${warning.reason}`),
  ]);
  const fix = fixRequest ? [`put right by: switchhook ${commandFor(fixRequest.body)}`] : [];
  return [`${phoneNumber} is ${configured ? "" : "not "}configured`, ...routes, ...fix].join("\n");
}

function commandFor({ phoneNumberId, chatbotId, enableSms, enableWhatsApp, takeover }: FixBody): string {
  if (chatbotId === undefined) return `configure ${phoneNumberId}`;
  const flags = [enableSms && "--sms", enableWhatsApp && "--whatsapp", takeover && "--takeover"];
  return ["assign", phoneNumberId, chatbotId, ...flags].filter(Boolean).join(" ");
}

export function addManagementCommands(program: Command): void {
  program
    .command("assign")
    .description("assign a number to an agent and configure its webhooks, or change nothing")
    .argument(...NUMBER)
    .argument("<agentId>", "the agent's id; see: switchhook agents")
    .option("--sms", "answer SMS as well")
    .option("--whatsapp", "answer WhatsApp as well")
    .option("--takeover", "take over what shadows the number, or what another deployment or agent holds")
    .action(async (number: string, chatbotId: string, flags: Record<string, boolean>, command: Command) => {
      const { sms: enableSms, whatsapp: enableWhatsApp, takeover } = flags;
      await run<Answer>(command, async (api) => {
        const phoneNumberId = await numberIdOf(api, number);
        const body = { phoneNumberId, chatbotId, enableSms, enableWhatsApp, takeover };
        return api.send("POST", "/api/phone-numbers/assign", body);
      });
    });

  program
    .command("unassign")
    .description("take a number back from its agent")
    .argument(...NUMBER)
    .option("--restore", "put back what stood in Twilio before")
    .action(async (number: string, { restore }: { restore?: boolean }, command: Command) => {
      await run<Answer>(command, async (api) => {
        const phoneNumberId = await numberIdOf(api, number);
        return api.send("DELETE", "/api/phone-numbers/assign", { phoneNumberId, restore });
      });
    });

  program
    .command("verify")
    .description("say who really answers, read from Twilio now; exits with 1 when it is not the agent")
    .argument(...NUMBER)
    .action(async (number: string, _flags: unknown, command: Command) => {
      await run<Verification>(
        command,
        async (api) => {
          const phoneNumberId = await numberIdOf(api, number);
          const found = await api.send<Verification>(
            "GET",
            `/api/phone-numbers/webhooks?${query({ phoneNumberId })}`,
          );
          if (!found.configured) process.exitCode = 1;
          return found;
        },
        tellVerification,
      );
    });

  program
    .command("probe")
    .description("send the number's webhooks through the public URL; exits with 1 when one does not arrive")
    .argument(...NUMBER)
    .action(async (number: string, _flags: unknown, command: Command) => {
      await run<Probe>(
        command,
        async (api) => {
          const id = await numberIdOf(api, number);
          const found = await api.send<Probe>("POST", `/api/phone-numbers/${encodeURIComponent(id)}/probe`);
          if (!found.reachable) process.exitCode = 1;
          return found;
        },
        tellProbe,
      );
    });

  program
    .command("configure")
    .description(
      "configure one assigned number again, or all of the organization's; exits with 1 when one fails",
    )
    .argument("[number]", NUMBER[1])
    .action(async (number: string | undefined, _flags: unknown, command: Command) => {
      if (number !== undefined) {
        await run<Answer>(command, async (api) => {
          const phoneNumberId = await numberIdOf(api, number);
          return api.send("POST", "/api/phone-numbers/webhooks", { phoneNumberId });
        });
        return;
      }
      await run<BatchAnswer>(
        command,
        async (api) => {
          const answer = await api.send<BatchAnswer>("PUT", "/api/phone-numbers/webhooks", {});
          if (answer.results.failed > 0) process.exitCode = 1;
          return answer;
        },
        ({ message = "", results }) =>
          [
            message,
            ...results.errors.map(
              (error) => `  ${error.phoneNumberId}: ${error.code}. ${inWordsOf(command, error.detail)}`,
            ),
          ].join("\n"),
      );
    });
}

function tellProbe({ webhooks }: Probe): string {
  return webhooks
    .flatMap(({ webhook, url, problem, warning, totalMs }) => [
      `${webhook.padEnd(8)} ${problem === null ? "arrives" : "fails  "} ${totalMs} ms  ${url}`,
      ...[problem, warning].flatMap((line) => (line === null ? [] : [`         ${line}`])),
    ])
    .join("\n");
}
