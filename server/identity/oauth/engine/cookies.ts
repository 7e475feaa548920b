import type { HttpRequest } from "../../http/auth-request.ts";

/** The engine's cookies; the first never leaves this process. */
export const engineCookies = {
  session: "topolo_oauth_session",
  interaction: "topolo_oauth_interaction",
  resume: "topolo_oauth_resume",
} as const;

const form = /^[A-Za-z0-9_-]{1,100}$/;

/** Cookies of one name, in the order sent: the browser puts the most specific path first. */
export const cookieValues = (request: HttpRequest, name: string): string[] =>
  (request.header("cookie") ?? "")
    .split(";")
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1))
    .filter((value) => form.test(value));

/** The cookie header the engine sees: its own two, and our session in place of one of its own. */
export const cookiesForEngine = (request: HttpRequest, sessionId: string | undefined): string =>
  [
    ...(sessionId === undefined ? [] : [`${engineCookies.session}=${sessionId}`]),
    ...[engineCookies.interaction, engineCookies.resume].flatMap((name) =>
      cookieValues(request, name)
        .slice(0, 1)
        .map((value) => `${name}=${value}`),
    ),
  ].join("; ");
