/** How the caller proves who it is. */
export type NexusCredential =
  /** A user's Topolo Auth access token, forwarded; a function is asked before each call. */
  | { readonly bearer: string | (() => string | Promise<string>) }
  /** An API key of Topolo Auth. */
  | { readonly apiKey: string }
  /** A trusted service, for an organization and, where it is known, one of its members. */
  | { readonly serviceToken: string; readonly organizationId: string; readonly userId?: string };

/** The headers that carry a credential and name the calling app. */
export const credentialHeaders = async (
  credential: NexusCredential,
  app: string | undefined,
): Promise<Record<string, string>> => {
  const named: Record<string, string> = app === undefined ? {} : { "x-service-id": app };
  if ("bearer" in credential) {
    const token = typeof credential.bearer === "function" ? await credential.bearer() : credential.bearer;
    return { ...named, authorization: `Bearer ${token}` };
  }
  if ("apiKey" in credential) return { ...named, "x-api-key": credential.apiKey };
  return {
    ...named,
    "x-nexus-service-token": credential.serviceToken,
    "x-nexus-organization-id": credential.organizationId,
    ...(credential.userId === undefined ? {} : { "x-nexus-user-id": credential.userId }),
  };
};
