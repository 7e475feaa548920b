import { z } from "zod";
import { displayName } from "../../platform/display-name.ts";
import { AuthError, type AuthFieldIssue } from "../auth-error.ts";
import { sha256 } from "../crypto/digest.ts";
import type { HttpAnswer, HttpExchange } from "../http/exchange.ts";
import { json, mediaType } from "../http/read-input.ts";
import { openSession } from "../sessions/open-session.ts";
import { emailAddress } from "../users/email-address.ts";
import { chosenPassword } from "../users/password.ts";
import { setupClosedPage, setupDonePage, setupFormPage, setupInvalidPage, type SetupForm } from "./setup-page.ts";
import { createFirstAdministrator, isBootstrapDone, isBootstrapTokenLive } from "./store.ts";

const token = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

const SetupInput = z.strictObject({
  token,
  email: emailAddress,
  name: displayName().min(1, "your name"),
  password: chosenPassword,
});
type SetupInput = z.infer<typeof SetupInput>;

const isPageWanted = ({ request }: HttpExchange): boolean => request.header("accept")?.includes("text/html") ?? false;

/** Once the first administrator exists the route is gone; opening the link again shows a page that says so. */
export const whileNotBootstrapped = async (exchange: HttpExchange): Promise<void> => {
  if (!isPageWanted(exchange) && (await isBootstrapDone(exchange.context.db))) throw new AuthError("not_found");
};

const page = (status: number, { html, csp }: { readonly html: string; readonly csp: string }): HttpAnswer => ({
  status,
  html,
  headers: { "Content-Security-Policy": csp },
});

const isLive = ({ context }: HttpExchange, presented: string | null): Promise<boolean> | false =>
  presented !== null &&
  token.safeParse(presented).success &&
  isBootstrapTokenLive(context.db, sha256(presented), new Date(context.clock.now()));

/** For browsers, which the step before lets through. */
const closed = async ({ context }: HttpExchange): Promise<HttpAnswer | undefined> =>
  (await isBootstrapDone(context.db)) ? page(404, setupClosedPage(context.dashboardOrigin)) : undefined;

const formFor = async (exchange: HttpExchange): Promise<HttpAnswer> => {
  const presented = exchange.request.query.get("token");
  return (await isLive(exchange, presented))
    ? page(200, setupFormPage({ token: presented ?? "", email: "", name: "", issues: [] }))
    : page(403, setupInvalidPage());
};

/** The form, for a valid link. */
export const showSetup = async (exchange: HttpExchange): Promise<HttpAnswer> =>
  (await closed(exchange)) ?? formFor(exchange);

type Outcome = { readonly userId: string } | "link_invalid" | "taken";

const create = async ({ context, request }: HttpExchange, input: SetupInput): Promise<Outcome> => {
  const tokenHash = sha256(input.token);
  if (!(await isBootstrapTokenLive(context.db, tokenHash, new Date(context.clock.now())))) return "link_invalid";
  const passwordHash = await context.passwords.hash(input.password);
  const administrator = {
    tokenHash,
    email: input.email,
    name: input.name,
    passwordHash,
    now: new Date(context.clock.now()),
  };
  const outcome = await createFirstAdministrator(context.db, administrator, {
    ip: request.ip,
    requestId: request.requestId,
  });
  if (typeof outcome === "object") await context.onFirstAdministrator?.(outcome.userId);
  return outcome;
};

const takenIssue: AuthFieldIssue = { field: "email", expected: "an address nobody has registered yet" };

const setUpByJson = async (exchange: HttpExchange): Promise<HttpAnswer> => {
  const { input } = await json(SetupInput)(exchange);
  const outcome = await create(exchange, input);
  if (outcome === "link_invalid") throw new AuthError("setup_link_invalid");
  if (outcome === "taken") throw new AuthError("invalid_request", { issues: [takenIssue] });
  return { status: 201, json: { userId: outcome.userId, organizationId: "org_admin", role: "platform_super_admin" } };
};

const readForm = async ({ request }: HttpExchange): Promise<URLSearchParams> =>
  new URLSearchParams((await request.readBody()).toString("utf8"));

const setUpByForm = async (exchange: HttpExchange): Promise<HttpAnswer> => {
  const form = await readForm(exchange);
  const shown: Omit<SetupForm, "issues"> = {
    token: form.get("token") ?? "",
    email: form.get("email")?.slice(0, 320) ?? "",
    name: form.get("name")?.slice(0, 200) ?? "",
  };
  if (!(await isLive(exchange, shown.token))) return page(403, setupInvalidPage());
  const parsed = SetupInput.safeParse(Object.fromEntries(form));
  const again = (issues: readonly AuthFieldIssue[]): HttpAnswer => page(400, setupFormPage({ ...shown, issues }));
  if (!parsed.success)
    return again(parsed.error.issues.map(({ path, message }) => ({ field: path.join("."), expected: message })));
  const outcome = await create(exchange, parsed.data);
  if (outcome === "link_invalid") return page(403, setupInvalidPage());
  if (outcome === "taken") return again([takenIssue]);
  const { context } = exchange;
  // Whoever holds the link has just chosen the password: there is nothing to ask them for once more.
  const { cookie } = await openSession(exchange, { userId: outcome.userId, amr: ["pwd"], service: undefined });
  const done = setupDonePage({
    userId: outcome.userId,
    dashboardOrigin: context.dashboardOrigin,
    firstRunFile: context.firstRunFile,
    isRecorded: context.onFirstAdministrator !== undefined,
  });
  return { ...page(201, done), cookie };
};

/** Makes the first administrator, from the form or from JSON. */
export const setUp = async (exchange: HttpExchange): Promise<HttpAnswer> => {
  // The second click on the form's button comes here, too.
  const gone = await closed(exchange);
  if (gone) return gone;
  const type = mediaType(exchange);
  if (type === "application/json") return setUpByJson(exchange);
  if (type === "application/x-www-form-urlencoded") return setUpByForm(exchange);
  throw new AuthError("unsupported_media_type");
};
