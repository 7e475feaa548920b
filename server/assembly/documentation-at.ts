import { z } from "zod";
import { NexusError } from "../errors.ts";
import { askOwnPages } from "../platform/ask-own-pages.ts";
import type { Documentation } from "../transport/mcp/index.ts";

const patienceMs = 5_000;
const mostBytes = 4_000_000;

const FoundPlaces = z.array(
  z.object({ url: z.string(), type: z.enum(["page", "heading", "text"]), content: z.string() }),
);

const starting = (cause?: unknown): NexusError =>
  new NexusError("OVERLOADED", {
    message: "The documentation does not answer at the moment.",
    retryAfterMs: 2_000,
    ...(cause === undefined ? {} : { cause }),
  });

const none = (): NexusError => new NexusError("NOT_FOUND", { message: "This gateway serves no documentation." });

/** The documentation as it is served on a port of this machine; undefined where there is none. */
export const documentationAt = (port: number | undefined): Documentation => {
  const ask = async (path: string, signal: AbortSignal): Promise<string | undefined> => {
    if (port === undefined) throw none();
    const patience = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
    const { status, text } = await askOwnPages({ port, path, signal: patience, mostBytes }).catch((error: unknown) => {
      throw signal.aborted ? new NexusError("REQUEST_CANCELLED") : starting(error);
    });
    if (status === 404) return undefined;
    if (status !== 200) throw starting();
    return text;
  };
  return {
    search: async (query, signal) => {
      const found = await ask(`/docs/search?query=${encodeURIComponent(query)}`, signal);
      if (found === undefined) throw none();
      return FoundPlaces.parse(JSON.parse(found)).map(({ url, type, content }) => ({
        kind: type,
        text: content.replaceAll(/<\/?mark>/g, ""),
        address: url,
      }));
    },
    page: (address, signal) => ask(address === "/docs" ? "/docs/index.md" : `${address}.md`, signal),
  };
};
