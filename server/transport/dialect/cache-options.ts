/** Anthropic's cache marks, as some callers send them through this dialect. */
export const cacheOptions = (
  marked: object,
): { providerOptions?: { anthropic: { cacheControl: { type: "ephemeral"; ttl?: "1h" } } } } => {
  if (!("cache_control" in marked) || typeof marked.cache_control !== "object" || marked.cache_control === null)
    return {};
  const long = "ttl" in marked.cache_control && marked.cache_control.ttl === "1h";
  return {
    providerOptions: { anthropic: { cacheControl: { type: "ephemeral", ...(long ? { ttl: "1h" as const } : {}) } } },
  };
};
