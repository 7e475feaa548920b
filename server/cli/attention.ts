import type { Command } from "commander";
import type { CallGateway } from "./call-gateway.ts";
import type { Terminal } from "./terminal.ts";

/** `nexus attention`: what Home says needs somebody, for the terminal and for monitoring. */
export const attentionCommand = (program: Command, { say, failWith }: Terminal, withClient: CallGateway): void => {
  program
    .command("attention")
    .description(
      "what needs somebody: budgets, keys, calls in doubt, prices, attribution; exits with 1 where it is urgent",
    )
    .option("--json", "one JSON array")
    .action(({ json }: { readonly json?: boolean }) =>
      withClient(async (nexus) => {
        const { items } = await nexus.usage.attention.query({});
        if (json === true) say(JSON.stringify(items));
        else if (items.length === 0) say("Nothing needs attention.");
        else
          for (const { urgent, title, detail, subjects, action } of items) {
            const named = subjects.length === 0 ? "" : ` (${subjects.join(", ")})`;
            say(`${urgent ? "!" : " "} ${title}${named}\n  ${detail}\n  ${action.label}: ${action.page}`);
          }
        if (items.some(({ urgent }) => urgent)) failWith(1);
      }),
    );
};
