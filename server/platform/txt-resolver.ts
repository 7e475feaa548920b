import { Resolver } from "node:dns/promises";

/** The TXT records of a name, each joined to one text; none where the name has none. Throws where no server answers. */
export type TxtResolver = (name: string) => Promise<readonly string[]>;

interface CreateTxtResolver {
  /** `address` or `address:port`; the system's own unless given. */
  readonly servers?: readonly string[] | undefined;
  readonly timeoutMs?: number;
}

const absent: ReadonlySet<unknown> = new Set(["ENOTFOUND", "ENODATA"]);

export const createTxtResolver = ({ servers, timeoutMs = 3_000 }: CreateTxtResolver = {}): TxtResolver => {
  const resolver = new Resolver({ timeout: timeoutMs, tries: 2 });
  if (servers !== undefined && servers.length > 0) resolver.setServers(servers);
  return async (name) => {
    try {
      return (await resolver.resolveTxt(name)).slice(0, 100).map((chunks) => chunks.join(""));
    } catch (error) {
      if (error instanceof Error && "code" in error && absent.has(error.code)) return [];
      throw error;
    }
  };
};
