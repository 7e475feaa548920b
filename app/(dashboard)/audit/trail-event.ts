import type { NexusOutputs } from "@topolo/nexus-client";
import { fieldAt, listAt, optionalText, textAt } from "../../_auth-api/read-answer.ts";

/** A change of one of the two logs: what Nexus keeps, and what Topolo Auth does. */
export interface TrailEvent {
  readonly id: string;
  readonly log: TrailLog;
  readonly at: string;
  readonly actor: { readonly kind: string; readonly id: string | undefined; readonly name: string | undefined };
  /** For whom it was done, where that is somebody else. */
  readonly person: { readonly id: string; readonly name: string | undefined } | undefined;
  readonly organization: { readonly id: string; readonly name: string | undefined } | undefined;
  readonly app: { readonly id: string; readonly name: string | undefined } | undefined;
  readonly action: string;
  readonly words: string;
  readonly outcome: "success" | "failure" | "denied";
  readonly target: { readonly id: string; readonly name: string | undefined } | undefined;
  readonly door: string | undefined;
  readonly ip: string | undefined;
  readonly requestId: string | undefined;
  readonly details: Readonly<Record<string, unknown>>;
}

export type TrailLog = "nexus" | "auth";

type NexusEvent = NexusOutputs["audit"]["list"]["events"][number];

const named = (id: string | null, name: string | null) => (id === null ? undefined : { id, name: name ?? undefined });

/** A change that Nexus tells of. */
export const nexusEvent = (event: NexusEvent): TrailEvent => ({
  id: event.id,
  log: "nexus",
  at: event.createdAt,
  actor: { kind: event.actor.kind, id: event.actor.id, name: event.actor.name ?? undefined },
  person: event.userId === event.actor.id ? undefined : named(event.userId, event.userName),
  organization: named(event.organizationId, null),
  app: named(event.appId, event.appName),
  action: event.action,
  words: event.words,
  outcome: "success",
  target: named(event.target, event.targetName),
  door: event.door ?? undefined,
  ip: undefined,
  requestId: event.requestId ?? undefined,
  details: event.details,
});

const recordAt = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value)) : {};

const namedAt = (event: unknown, what: string) => {
  const id = optionalText(event, `${what}Id`) ?? optionalText(event, what);
  return id === undefined ? undefined : { id, name: optionalText(event, `${what}Name`) };
};

const outcomeAt = (event: unknown): TrailEvent["outcome"] => {
  const outcome = fieldAt(event, "outcome");
  return outcome === "failure" || outcome === "denied" ? outcome : "success";
};

/** What Nexus has authInWords Auth of is in its own log already. */
export const isToldByNexus = ({ details }: TrailEvent): boolean => typeof details["toldBy"] === "string";

/** A page of the changes that Auth tells of. */
export const readAuthEvents = (body: unknown): { readonly events: readonly TrailEvent[]; readonly next?: string } => {
  const next = optionalText(body, "nextAfter");
  const events = listAt(body, "events", (event): TrailEvent => ({
    id: textAt(event, "id"),
    log: "auth",
    at: textAt(event, "occurredAt"),
    actor: {
      kind: textAt(event, "actorType"),
      id: optionalText(event, "actorId"),
      name: optionalText(event, "actorName"),
    },
    person: undefined,
    organization: namedAt(event, "organization"),
    app: undefined,
    action: textAt(event, "action"),
    words: textAt(event, "words"),
    outcome: outcomeAt(event),
    target: namedAt(event, "target"),
    door: undefined,
    ip: optionalText(event, "ip"),
    requestId: optionalText(event, "requestId"),
    details: recordAt(fieldAt(event, "details")),
  }));
  return { events, ...(next === undefined ? {} : { next }) };
};

const kinds: Readonly<Record<string, string>> = {
  user: "a person",
  api_key: "an API key",
  service: "a service",
  operator: "an operator",
  system: "the system",
  anonymous: "somebody not signed in",
};

/** What whoever made a change is called. */
export const actorWords = ({ actor: { kind, id, name } }: TrailEvent): string =>
  name ?? `${kinds[kind] ?? kind}${id === undefined ? "" : ` (…${id.slice(-6)})`}`;
