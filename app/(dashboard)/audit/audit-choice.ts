import { rangeWords } from "../time-range.ts";
import { anyText, oneOf, type Choice } from "../use-choice.ts";

export const auditChoices = {
  log: oneOf(["nexus", "auth"]),
  actor: anyText,
  action: anyText,
  target: anyText,
  range: oneOf(rangeWords),
  whose: oneOf(["platform"]),
};

/** What a person chose of the changes. */
export type AuditChoice = Choice<keyof typeof auditChoices>;

/** The filters of Auth's log. */
export const authQueryOf = (
  { actor, action, target, whose }: AuditChoice,
  from: string | undefined,
  organizationId: string,
): URLSearchParams =>
  new URLSearchParams(
    Object.entries({
      organizationId: whose === "platform" ? undefined : organizationId,
      actorId: actor,
      action,
      target,
      from,
    }).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );

/** The filters of Nexus' log. */
export const nexusFilterOf = ({ actor, action, target, whose }: AuditChoice, from: string | undefined) => ({
  ...(whose === "platform" ? { whose: "platform" as const } : {}),
  ...(actor === undefined ? {} : { actor }),
  ...(action === undefined ? {} : { action }),
  ...(target === undefined ? {} : { target }),
  ...(from === undefined ? {} : { from }),
});
