import { askAuth } from "./ask-auth.ts";
import { fieldAt, flagAt, listAt, optionalText, textAt } from "./read-answer.ts";

export interface RequestingApp {
  readonly name: string;
  readonly homepage: string | undefined;
  readonly firstParty: boolean;
}

export interface RequestedScope {
  readonly name: string;
  readonly description: string;
}

/** What an app asks a person for. */
export interface Interaction {
  readonly client: RequestingApp;
  readonly scopes: readonly RequestedScope[];
  /** Names of the other services in which it would act for the person. */
  readonly services: readonly string[];
  readonly email: string | undefined;
  readonly organization: string | undefined;
}

export type ConsentDecision = "allow" | "deny";

const readScope = (item: unknown): RequestedScope => {
  if (typeof item === "string") return { name: item, description: item };
  const name = textAt(item, "name");
  return { name, description: optionalText(item, "description") ?? name };
};

const readInteractionOf = (body: unknown): Interaction => {
  const client = fieldAt(body, "client");
  return {
    client: {
      name: textAt(client, "name"),
      homepage: optionalText(client, "homepage"),
      firstParty: flagAt(client, "firstParty"),
    },
    scopes: listAt(body, "scopes", readScope),
    services: listAt(body, "services", (item) => textAt(item, "name")),
    email: optionalText(fieldAt(body, "user"), "email"),
    organization: optionalText(fieldAt(body, "organization"), "name"),
  };
};

export const fetchInteraction = async (uid: string): Promise<Interaction> =>
  readInteractionOf((await askAuth("GET", `/api/interactions/${encodeURIComponent(uid)}`)).body);

/** Tells Auth the decision; where the browser goes next. */
export const sendDecision = async (uid: string, decision: ConsentDecision): Promise<string> =>
  textAt((await askAuth("POST", `/api/interactions/${encodeURIComponent(uid)}`, { decision })).body, "redirectTo");

export const fetchDeviceRequest = async (userCode: string): Promise<Interaction> =>
  readInteractionOf((await askAuth("POST", "/api/device/lookup", { userCode })).body);

export const sendDeviceDecision = async (userCode: string, decision: ConsentDecision): Promise<void> => {
  await askAuth("POST", "/api/device/decide", { userCode, decision });
};
