import { callOutcomes, evidenceKinds, type CallOutcome, type Evidence } from "../../server/gateway/call-outcomes.ts";
import { markdownTable } from "./table.ts";

const holds: Readonly<Record<CallOutcome["hold"], string>> = {
  carry: "carry",
  settle: "**settle**",
  keep: "**keep**",
};

const nextSteps: Readonly<Record<CallOutcome["call"], string>> = {
  answer: "answer",
  next: "next route",
  stop: "stop",
};

const cellOf = ({ hold, call }: CallOutcome): string => `${holds[hold]}, ${nextSteps[call]}`;

const kinds = Object.entries(evidenceKinds) as readonly [Evidence, string][];

/** docs/generated/call-outcomes.md */
export const callOutcomesPage = (): string =>
  [
    "# What follows an attempt",
    "",
    "Every operation declares its effect: `read` (an answer, which is worth asking for elsewhere) or `act` (mail leaves, money moves). The caller of an `act` may accept that it is done twice, as with mail sent `at_least_once`. After each attempt at a vendor this table says what becomes of the money that is held for it, and of the call.",
    "",
    markdownTable(
      ["Evidence", "What it means", "`read`", "`act`", "`act`, twice accepted"],
      kinds.map(([kind, meaning]) => [
        `\`${kind}\``,
        meaning,
        cellOf(callOutcomes.read[kind]),
        cellOf(callOutcomes.act[kind]),
        cellOf(callOutcomes.act_again[kind]),
      ]),
    ),
    "",
    "- **carry**: the reservation stays open for the next route. Where the call ends instead, it is released: nothing was spent.",
    "- **settle**: the reservation ends at what the vendor's numbers cost.",
    "- **keep**: the whole reservation stays held as `uncertain`, until the outcome is known.",
    "- **answer**: the caller is given the answer.",
    "- **next route**: the next route is tried, under a second reservation where the first has ended. With no route or no budget left, the call ends with the error of the attempt.",
    "- **stop**: the call ends with the error of the attempt.",
    "",
    "Two rules come first: once any byte of a stream has reached the caller, no other route is tried, and for a caller who has left, nothing more is asked.",
    "",
  ].join("\n");
