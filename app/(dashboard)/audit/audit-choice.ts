import { rangeWords } from "../time-range.ts";
import { anyText, oneOf, type Choice } from "../use-choice.ts";

export const auditChoices = {
  log: oneOf(["nexus", "auth"]),
  actor: anyText,
  action: anyText,
  target: anyText,
  range: oneOf(rangeWords),
  reach: oneOf(["platform"]),
};

/** What a person chose of the changes. */
export type AuditChoice = Choice<keyof typeof auditChoices>;

/** The filters of Auth's log. */
export const authQueryOf = (
  { actor, action, target, reach }: AuditChoice,
  from: string | undefined,
  organizationId: string,
): URLSearchParams =>
  new URLSearchParams(
    Object.entries({
      organizationId: reach === "platform" ? undefined : organizationId,
      actorId: actor,
      action,
      target,
      from,
    }).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );

/** The filters of Nexus' log. */
export const nexusFilterOf = ({ actor, action, target, reach }: AuditChoice, from: string | undefined) => ({
  ...(reach === "platform" ? { reach: "platform" as const } : {}),
  ...(actor === undefined ? {} : { actor }),
  ...(action === undefined ? {} : { action }),
  ...(target === undefined ? {} : { target }),
  ...(from === undefined ? {} : { from }),
});
