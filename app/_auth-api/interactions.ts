import { askAuth } from "./ask-auth.ts";
import { fieldAt, flagAt, listAt, optionalText, textAt } from "./read-answer.ts";

export interface RequestingApp {
  readonly name: string;
  readonly homepage: string | undefined;
  readonly firstParty: boolean;
  /** It has no registration: what answers for it is the host of its address. */
  readonly unregistered: { readonly host: string; readonly claimedName: string | undefined } | undefined;
}

export interface RequestedScope {
  readonly name: string;
  readonly description: string;
  /** The service in which it lets the app act. */
  readonly service: string | undefined;
  /** It cannot be left out. */
  readonly required: boolean;
}

/** What an app asks a person for. */
export interface Interaction {
  readonly client: RequestingApp;
  /** Where the request came from or the answer goes. */
  readonly address: string | undefined;
  readonly userAgent: string | undefined;
  readonly scopes: readonly RequestedScope[];
  /** Names of the services in which it would act with all that the person may do. */
  readonly services: readonly string[];
  readonly email: string | undefined;
  readonly organization: { readonly id: string; readonly name: string } | undefined;
}

/** What the person decided: the scopes that are allowed, by name, for the organization that was named; or nothing at all. */
export type ConsentDecision =
  | { readonly decision: "allow"; readonly scopes: readonly string[]; readonly organizationId: string | null }
  | { readonly decision: "deny" };

const readScope = (item: unknown): RequestedScope => ({
  name: textAt(item, "name"),
  description: textAt(item, "description"),
  service: optionalText(fieldAt(item, "service"), "name"),
  required: flagAt(item, "required"),
});

const readUnregistered = (document: unknown): RequestingApp["unregistered"] => {
  const host = optionalText(document, "host");
  return host === undefined ? undefined : { host, claimedName: optionalText(document, "claimedName") };
};

const readOrganization = (organization: unknown): Interaction["organization"] => {
  const id = optionalText(organization, "id");
  return id === undefined ? undefined : { id, name: textAt(organization, "name") };
};

const readInteractionOf = (body: unknown): Interaction => {
  const client = fieldAt(body, "client");
  return {
    client: {
      name: textAt(client, "name"),
      homepage: optionalText(client, "homepage"),
      firstParty: flagAt(client, "firstParty"),
      unregistered: readUnregistered(fieldAt(client, "document")),
    },
    address: optionalText(body, "address"),
    userAgent: optionalText(body, "userAgent"),
    scopes: listAt(body, "scopes", readScope),
    services: listAt(body, "services", (item) => textAt(item, "name")),
    email: optionalText(fieldAt(body, "user"), "email"),
    organization: readOrganization(fieldAt(body, "organization")),
  };
};

export const fetchInteraction = async (uid: string): Promise<Interaction> =>
  readInteractionOf((await askAuth("GET", `/api/interactions/${encodeURIComponent(uid)}`)).body);

/** Tells Auth the decision; where the browser goes next. */
export const sendDecision = async (uid: string, decision: ConsentDecision): Promise<string> =>
  textAt((await askAuth("POST", `/api/interactions/${encodeURIComponent(uid)}`, decision)).body, "redirectTo");

export const fetchDeviceRequest = async (userCode: string): Promise<Interaction> =>
  readInteractionOf((await askAuth("POST", "/api/device/lookup", { userCode })).body);

export const sendDeviceDecision = async (userCode: string, decision: ConsentDecision): Promise<void> => {
  await askAuth("POST", "/api/device/decide", { userCode, ...decision });
};
