// The main job from the command line: requests to a running Switchhook, told in a line or, with --json, as they came.
import type { Command } from "commander";
import { type Answer, pick, query, run, tellPage } from "./run.ts";

interface NumberPage extends Answer {
  readonly phoneNumbers: readonly {
    readonly id: string;
    readonly phoneNumber: string;
    readonly chatbotId: string | null;
    readonly health: string;
    readonly verdicts: { readonly voice: string } | null;
  }[];
  readonly nextCursor: string | null;
}

interface Verification extends Answer {
  readonly phoneNumber: string;
  readonly configured: boolean;
  readonly effective: Readonly<Record<string, Route>>;
  readonly fixRequest: { readonly method: string; readonly path: string; readonly body: object } | null;
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
  readonly results: { readonly errors: readonly { phoneNumberId: string; code: string; detail: string }[] };
}

function tellVerification({ phoneNumber, configured, effective, fixRequest }: Verification): string {
  const routes = Object.entries(effective).flatMap(([channel, { verdict, reason, warnings }]) => [
    `  ${channel.padEnd(9)} ${verdict.padEnd(17)} ${reason}`,
    ...warnings.map((warning) => `  ${"".padEnd(9)} ${"warning".padEnd(17)} ${warning.reason}`),
  ]);
  const fix = fixRequest
    ? [`put right by ${fixRequest.method} ${fixRequest.path} ${JSON.stringify(fixRequest.body)}`]
    : [];
  return [`${phoneNumber} is ${configured ? "" : "not "}configured`, ...routes, ...fix].join("\n");
}

export function addManagementCommands(program: Command): void {
  program
    .command("numbers")
    .description("list the organization's numbers")
    .option("--search <text>", "part of the number or its name")
    .option("--verdict <verdict>", "those that, say, nobody answers on some channel; see docs/who-answers.md")
    .option("--cursor <cursor>", "the next page")
    .action(async (filter: Record<string, string>, command: Command) => {
      await run<NumberPage>(
        command,
        (api) =>
          api.send("GET", `/api/phone-numbers?${query(pick(filter, ["search", "verdict", "cursor"]))}`),
        ({ phoneNumbers, nextCursor }) =>
          tellPage(
            phoneNumbers.map(({ id, phoneNumber, chatbotId, health, verdicts }) => {
              const calls = (verdicts?.voice ?? "").padEnd(16);
              return [
                phoneNumber.padEnd(16),
                health.padEnd(16),
                calls,
                (chatbotId ?? "").padEnd(24),
                id,
              ].join(" ");
            }),
            nextCursor,
          ),
      );
    });

  program
    .command("assign <phoneNumberId> <agentId>")
    .description("assign a number to an agent and configure its webhooks, or change nothing")
    .option("--sms", "answer SMS as well")
    .option("--whatsapp", "answer WhatsApp as well")
    .option("--takeover", "take over what shadows the number, or what another deployment or agent holds")
    .action(
      async (phoneNumberId: string, chatbotId: string, flags: Record<string, boolean>, command: Command) => {
        const { sms: enableSms, whatsapp: enableWhatsApp, takeover } = flags;
        const body = { phoneNumberId, chatbotId, enableSms, enableWhatsApp, takeover };
        await run(command, (api) => api.send<Answer>("POST", "/api/phone-numbers/assign", body));
      },
    );

  program
    .command("unassign <phoneNumberId>")
    .description("take a number back from its agent")
    .option("--restore", "put back what stood in Twilio before")
    .action(async (phoneNumberId: string, { restore }: { restore?: boolean }, command: Command) => {
      await run(command, (api) =>
        api.send<Answer>("DELETE", "/api/phone-numbers/assign", { phoneNumberId, restore }),
      );
    });

  program
    .command("verify <phoneNumberId>")
    .description("say who really answers, read from Twilio now; exits with 1 when it is not the agent")
    .action(async (phoneNumberId: string, _flags: unknown, command: Command) => {
      await run<Verification>(
        command,
        async (api) => {
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
    .command("probe <phoneNumberId>")
    .description("send the number's webhooks through the public URL; exits with 1 when one does not arrive")
    .action(async (phoneNumberId: string, _flags: unknown, command: Command) => {
      await run<Probe>(
        command,
        async (api) => {
          const found = await api.send<Probe>(
            "POST",
            `/api/phone-numbers/${encodeURIComponent(phoneNumberId)}/probe`,
          );
          if (!found.reachable) process.exitCode = 1;
          return found;
        },
        ({ webhooks }) =>
          webhooks
            .flatMap(({ webhook, url, problem, warning, totalMs }) => [
              `${webhook.padEnd(8)} ${problem === null ? "arrives" : "fails  "} ${totalMs} ms  ${url}`,
              ...[problem, warning].flatMap((line) => (line === null ? [] : [`         ${line}`])),
            ])
            .join("\n"),
      );
    });

  program
    .command("configure [phoneNumberId]")
    .description("configure one assigned number again, or all of the organization's")
    .action(async (phoneNumberId: string | undefined, _flags: unknown, command: Command) => {
      if (phoneNumberId !== undefined) {
        await run(command, (api) =>
          api.send<Answer>("POST", "/api/phone-numbers/webhooks", { phoneNumberId }),
        );
        return;
      }
      await run<BatchAnswer>(
        command,
        (api) => api.send<BatchAnswer>("PUT", "/api/phone-numbers/webhooks", {}),
        ({ message = "", results }) =>
          [
            message,
            ...results.errors.map((error) => `  ${error.phoneNumberId}: ${error.code}. ${error.detail}`),
          ].join("\n"),
      );
    });
}
