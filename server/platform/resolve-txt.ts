import { Resolver } from "node:dns/promises";

const timeoutMs = 2_000;

/** Asks the system's DNS servers for the texts of a name; empty where the name has none. */
export const openTxtResolver = (servers?: readonly string[]): ((name: string) => Promise<readonly string[]>) => {
  const resolver = new Resolver({ timeout: timeoutMs, tries: 2 });
  if (servers !== undefined) resolver.setServers(servers);
  return async (name) => {
    try {
      return (await resolver.resolveTxt(name)).map((parts) => parts.join(""));
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : undefined;
      if (code === "ENODATA" || code === "ENOTFOUND") return [];
      throw error;
    }
  };
};
