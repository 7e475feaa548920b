import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { createNexusClient, withIdempotencyKey, type NexusClient } from "@topolo/nexus-client";

/** What a later release is asked for, and must still know. */
export interface ToldOfRelease {
  readonly organizationId: string;
  readonly owner: { readonly email: string; readonly password: string };
  readonly operator: { readonly email: string; readonly password: string };
  /** Of the organization `topolo`, made at the first start. */
  readonly firstKey: string;
  /** Of the company, made by its owner. */
  readonly companyKey: string;
  readonly serviceToken: string;
  /** A call that was paid for under an idempotency key, and what it was answered. */
  readonly keyed: { readonly key: string; readonly body: unknown; readonly answer: unknown };
  readonly keptResponse: { readonly id: string; readonly said: string };
  readonly credentialId: string;
}

interface LiveInIt {
  readonly dataDir: string;
  /** A command of the operators' line. */
  readonly operate: (...args: readonly string[]) => Promise<number>;
}

interface FirstRunTold {
  readonly gatewayUrl: string;
  readonly authUrl: string;
  readonly apiKey: string;
  readonly serviceToken: string;
  readonly bootstrapUrl: string;
  readonly mailboxUrl: string;
}

const operator = { name: "Ada Operator", email: "ada@example.com", password: "first of all operators" };
const owner = { email: "noor@example.com", password: "a company of her own" };

const post = async (url: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<unknown> => {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${text}`);
  return text === "" ? undefined : JSON.parse(text);
};

const textAt = (value: unknown, ...path: readonly string[]): string => {
  const found = path.reduce<unknown>(
    (at, name) => (typeof at === "object" && at !== null ? Reflect.get(at, name) : undefined),
    value,
  );
  if (typeof found !== "string") throw new Error(`no ${path.join(".")} in ${JSON.stringify(value)}`);
  return found;
};

/** The secret of the newest link of Auth in a mail to an address. */
const linkSecret = async ({ mailboxUrl }: FirstRunTold, address: string): Promise<string> => {
  for (let left = 100; left > 0; left -= 1) {
    const mails = await fetch(`${mailboxUrl}/messages?to=${address}`).then((answer) => answer.text());
    const secret = /#token=([\w-]{43})/.exec(mails)?.[1];
    if (secret !== undefined) return secret;
    await pause(200);
  }
  throw new Error(`no mail to ${address}`);
};

const signIn = async ({ authUrl, gatewayUrl }: FirstRunTold, person: typeof owner): Promise<string> =>
  textAt(await post(`${authUrl}/login`, person, { "x-service-id": "srv_nexus", origin: gatewayUrl }), "accessToken");

const foundCompany = async (facts: FirstRunTold): Promise<string> => {
  const company = { developerWorkspace: true, createOrganization: true, organizationName: "Northwind" };
  await post(`${facts.authUrl}/register`, { ...owner, ...company });
  const token = await linkSecret(facts, owner.email);
  await post(`${facts.authUrl}/email/verify`, { token, password: owner.password }, { origin: facts.authUrl });
  return signIn(facts, owner);
};

const spendOnModels = async (nexus: NexusClient): Promise<void> => {
  for (const model of ["openai/gpt-4o-mini", "anthropic/claude-sonnet-4-5", "google/gemini-2.5-flash"])
    for (const prompt of ["Name three rivers.", "Write a haiku about budgets."])
      await nexus.ai.generateText.mutate({ model, prompt, maxOutputTokens: 80 });
  await nexus.ai.embed.mutate({ model: "openai/text-embedding-3-small", values: ["a sunny day", "a rainy day"] });
  // Released, and in doubt.
  const fails = { model: "openai/gpt-4o-mini", prompt: "Now and then. [[sandbox:bad-request]]" };
  await nexus.ai.generateText.mutate(fails).catch(() => undefined);
  const isCut = { model: "openai/gpt-4o-mini", prompt: "Now and then. [[sandbox:cut-before-headers]]" };
  await nexus.ai.generateText.mutate(isCut).catch(() => undefined);
};

const sendMail = async (nexus: NexusClient): Promise<void> => {
  const mail = { from: { address: "hello@example.com" }, to: ["ann@example.org"], provider: "resend" };
  await nexus.email.send.mutate({ ...mail, subject: "Your invoice", text: "It is due." });
  const sendAt = new Date(Date.now() + 20 * 86_400_000).toISOString();
  await nexus.email.send.mutate({ ...mail, subject: "In three weeks", text: "It is over.", sendAt });
};

const takePayments = async (nexus: NexusClient, gatewayUrl: string): Promise<void> => {
  const made = await nexus.payments.checkout.create.mutate({
    reference: "invoice-1",
    mode: "payment",
    lines: [{ name: "Chairs", amount: { amount: "24900", currency: "USD" }, quantity: 1 }],
    successUrl: `${gatewayUrl}/payments`,
    provider: "stripe",
  });
  if (made.effect === "done" && made.url !== null)
    await fetch(made.url, {
      method: "POST",
      body: new URLSearchParams({ payment_method: "pm_card_visa" }),
      redirect: "manual",
    });
};

const billCustomers = async (nexus: NexusClient): Promise<void> => {
  const appId = "srv_nexus";
  await nexus.plans.set.mutate({ appId, name: "pro", markupPercent: 20, monthlyAllowanceNanos: "1000000000" });
  await nexus.customers.set.mutate({ appId, customerId: "contoso", name: "Contoso", plan: "pro" });
  await nexus.wallets.adjust.mutate({ appId, customerId: "contoso", amountNanos: "25000000000", reason: "A welcome" });
};

/** Some work of an organization with a release that has just been started. Calls are under way when this returns. */
export const liveInIt = async ({ dataDir, operate }: LiveInIt): Promise<ToldOfRelease> => {
  const facts: FirstRunTold = JSON.parse(await readFile(join(dataDir, "first-run.json"), "utf8"));
  const { gatewayUrl, authUrl } = facts;
  const token = new URL(facts.bootstrapUrl).searchParams.get("token");
  await post(`${authUrl}/setup`, { token, ...operator });
  const bearer = await signIn(facts, await foundCompany(facts).then(() => owner));
  const me: unknown = await fetch(`${authUrl}/api/organizations`, {
    headers: { authorization: `Bearer ${bearer}`, "x-service-id": "srv_nexus" },
  }).then((answer) => answer.json());
  const organizationId = /org_\w{10,}/.exec(JSON.stringify(me))?.[0] ?? "";
  await operate("organizations", "admit", organizationId, "--budget", "200");
  await operate("email-senders", "add", "example.com", "--org", organizationId);

  const nexus = createNexusClient({ baseUrl: gatewayUrl, credential: { bearer } });
  const { budgets } = nexus.usage;
  await budgets.set.mutate({ scope: "organization", period: "month", limitNanos: "25000000000" });
  await budgets.set.mutate({ scope: "app", scopeId: "srv_nexus", period: "day", limitNanos: "20000000", hard: false });
  const { keyId: credentialId } = await nexus.keys.create
    .mutate({ vendor: "mistral", label: "Main account", secret: { apiKey: "mistral-key-of-the-company" } })
    .then((made) => ({ keyId: textAt(made, "id") }));
  await spendOnModels(nexus);
  await sendMail(nexus);
  await takePayments(nexus, gatewayUrl);
  await billCustomers(nexus);

  const companyKey = textAt(
    await post(
      `${authUrl}/api/api-keys`,
      { name: "Night job", scopes: ["srv_nexus.ai"], serviceId: "srv_nexus", owner: "organization" },
      { authorization: `Bearer ${bearer}` },
    ),
    "apiKey",
  );
  const asCompany = { authorization: `Bearer ${companyKey}` };
  const key = "of-the-release-before";
  const body = { model: "openai/gpt-4o-mini", messages: [{ role: "user", content: "Only once." }] };
  const answer = await post(`${gatewayUrl}/v1/chat/completions`, body, { ...asCompany, "idempotency-key": key });
  const kept = await post(
    `${gatewayUrl}/v1/responses`,
    { model: "openai/gpt-4o-mini", input: "Keep this.", store: true },
    asCompany,
  );
  const said = textAt(kept, "output", "0", "content", "0", "text");

  // Under way while the machine fails: a call, and a response in the background.
  const hangs = { ...body, messages: [{ role: "user", content: "Never answered. [[sandbox:hang-before-headers]]" }] };
  void post(`${gatewayUrl}/v1/chat/completions`, hangs, asCompany).catch(() => undefined);
  const background = { model: "openai/gpt-4o-mini", input: "Later. [[sandbox:hang-before-headers]]", background: true };
  await post(`${gatewayUrl}/v1/responses`, background, asCompany);
  await nexus.ai.generateText.mutate(
    { model: "openai/gpt-4o-mini", prompt: "The last one." },
    withIdempotencyKey("the-last-one"),
  );
  await pause(1_500);
  return {
    organizationId,
    owner,
    operator,
    firstKey: facts.apiKey,
    companyKey,
    serviceToken: facts.serviceToken,
    keyed: { key, body, answer },
    keptResponse: { id: textAt(kept, "id"), said },
    credentialId,
  };
};
