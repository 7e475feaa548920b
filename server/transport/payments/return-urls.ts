import { NexusError } from "../../errors.ts";
import type { ProcedureContext } from "../trpc/init.ts";

const loopback = /^(localhost|[a-z0-9-]+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/i;

const isAllowed = (url: string, origins: readonly string[]): boolean => {
  const parsed = URL.parse(url);
  if (parsed === null || parsed.username !== "" || parsed.password !== "") return false;
  const secure = parsed.protocol === "https:" || loopback.test(parsed.hostname);
  return secure && origins.includes(parsed.origin);
};

/** Payers come back to the app that sent them, and nowhere else: whoever could choose the address could fake its shop. */
export const requireReturnUrls = (
  { call: { appId }, deps }: ProcedureContext,
  urls: Readonly<Record<string, string | undefined>>,
): void => {
  const origins = deps.originsOf(appId);
  const issues = Object.entries(urls).flatMap(([field, url]) =>
    url === undefined || isAllowed(url, origins)
      ? []
      : [
          {
            field,
            expected:
              appId === undefined
                ? "a call in the name of a registered app: payers come back to its origins alone"
                : `https, at an origin that is registered for ${appId}: ${origins.join(", ") || "it has none"}`,
          },
        ],
  );
  if (issues.length > 0) throw new NexusError("INVALID_INPUT", { issues });
};
