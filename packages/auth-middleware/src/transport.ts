/** Carries a request to Auth: over HTTP, or to the route handlers of an Auth in the same process. */
export type AuthTransport = (request: Request) => Promise<Response>;

type Fetch = (request: Request) => Promise<Response>;

/** Over the network. Redirects are handed back unfollowed, since credentials must not travel along. */
export const httpTransport =
  (fetchImplementation: Fetch = (request) => fetch(request)): AuthTransport =>
  (request) =>
    fetchImplementation(request);

/** To an Auth in this process, through the same route handlers. */
export const inProcessTransport =
  (identity: { readonly fetch: Fetch }): AuthTransport =>
  (request) =>
    identity.fetch(request);
