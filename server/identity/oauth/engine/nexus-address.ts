/**
 * Clients of Nexus' MCP server name it by its address as the resource that they want a token for (RFC 8707), which the protocol
 * makes them do. A token here is for the services of its granted scopes, whoever asks, and each of them is checked at every
 * validation: the address says nothing more, and is left out. Every other resource is for the engine to judge.
 */
const withoutAddress = (params: URLSearchParams, address: string): URLSearchParams => {
  const left = new URLSearchParams(params);
  left.delete("resource", address);
  return left;
};

/** Where Nexus' MCP server is; undefined where Auth runs for itself. */
export const mcpAddressOf = (dashboardOrigin: string | undefined): string | undefined =>
  dashboardOrigin === undefined ? undefined : `${dashboardOrigin}/mcp`;

/** The query of a request to the engine. */
export const queryForEngine = (query: URLSearchParams, address: string | undefined): URLSearchParams =>
  address === undefined || !query.has("resource", address) ? query : withoutAddress(query, address);

/** The form that a request to the engine carries. */
export const bodyForEngine = (body: Buffer, type: string | undefined, address: string | undefined): Buffer => {
  if (address === undefined || !/^application\/x-www-form-urlencoded\s*(?:;|$)/i.test(type ?? "")) return body;
  const params = new URLSearchParams(body.toString("utf8"));
  return params.has("resource", address) ? Buffer.from(withoutAddress(params, address).toString()) : body;
};
