import type { SystemAnswer } from "./use-system.ts";

/** Something that somebody has to do. */
export interface Attention {
  readonly name: string;
  readonly note: string;
  readonly todo: string;
}

const longWaitMs = 10 * 60_000;

const minutes = (ms: number): string => `${Math.floor(ms / 60_000)} min`;

/** What is not well, the most urgent first. */
export const attentionOf = ({ at, checks, findings, queues, uncertain }: SystemAnswer): Attention[] => {
  const uncertainCount = uncertain.reduce((sum, { count }) => sum + count, 0);
  return [
    ...checks
      .filter(({ ok }) => !ok)
      .map(({ name, note }) => ({ name, note, todo: "Calls are not taken until this is well. Look at the log." })),
    ...findings.flatMap(({ state, name, note, todo }) =>
      state === "bad" ? [{ name, note, todo: todo ?? "Look at the log." }] : [],
    ),
    // Findings say what is wrong with them; these are only late.
    ...queues.flatMap(({ name, oldestSince }) => {
      const ms = oldestSince === null ? 0 : Date.parse(at) - Date.parse(oldestSince);
      return ms < longWaitMs
        ? []
        : [
            {
              name,
              note: `the oldest has waited for ${minutes(ms)}`,
              todo: "Start more processes, or see what holds it back.",
            },
          ];
    }),
    ...queues.flatMap(({ name, failed }) =>
      failed === 0
        ? []
        : [{ name, note: `${failed} came back or were refused`, todo: "See why on the page they are from." }],
    ),
    ...(uncertainCount === 0
      ? []
      : [
          {
            name: "uncertain operations",
            note: `${uncertainCount} hold money until their outcome is known`,
            todo: "nexus operations list names them; they end by themselves, by a vendor's bill or by hand.",
          },
        ]),
  ];
};
