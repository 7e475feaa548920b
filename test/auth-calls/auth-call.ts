/** A call of Auth's REST API that is expected to do what it asks. */
export interface AuthCall {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

/** Calls by `METHOD /path`. */
export type AuthCalls = Readonly<Record<string, AuthCall>>;

/** The address of a call: the path with its names filled in, and the query. */
export const callAddressOf = (route: string, { path = {}, query = {} }: AuthCall): string => {
  const filled = route
    .slice(route.indexOf(" ") + 1)
    .replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(path[name] ?? ""));
  const search = String(new URLSearchParams(query));
  return search === "" ? filled : `${filled}?${search}`;
};
