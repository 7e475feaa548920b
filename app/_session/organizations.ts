import { serviceId } from "./service-id.ts";

/** An organization the signed-in person belongs to. */
export interface Membership {
  readonly id: string;
  readonly name: string;
}

const isMembership = (value: unknown): value is Membership =>
  typeof value === "object" &&
  value !== null &&
  "id" in value &&
  typeof value.id === "string" &&
  "name" in value &&
  typeof value.name === "string";

const ask = async (url: string, accessToken: string, body?: unknown): Promise<unknown> => {
  const response = await fetch(url, {
    method: body === undefined ? "GET" : "POST",
    cache: "no-store",
    redirect: "error",
    headers: {
      Authorization: `Bearer ${accessToken}`,
      "X-Topolo-Auth": "1",
      "X-Service-ID": serviceId,
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`Topolo Auth answered ${response.status}.`);
  return response.json();
};

/** Every organization the person can look at. */
export const listOrganizations = async (authUrl: string, accessToken: string): Promise<Membership[]> => {
  const me = await ask(`${authUrl}/api/me`, accessToken);
  if (typeof me !== "object" || me === null || !("organizations" in me) || !Array.isArray(me.organizations)) return [];
  return me.organizations.filter(isMembership);
};

/** Makes an organization the session's active one, in every tab; refresh the session afterwards. */
export const activateOrganization = async (
  authUrl: string,
  accessToken: string,
  organizationId: string,
): Promise<void> => {
  await ask(`${authUrl}/api/me/active-organization`, accessToken, { organizationId });
};
