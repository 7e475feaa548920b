import {
  createJsonEmulator,
  type JsonAsked,
  type JsonEmulator,
  type JsonEmulatorTime,
  type JsonEndpoint,
} from "../acting/json-emulator.ts";
import { jsonWords } from "../acting/json-words.ts";
import { objectOf } from "../read-json.ts";
import { escape, frame, html, type PageAnswer } from "../page-frame.ts";
import {
  AdyenLinkChange,
  AdyenLinkRequest,
  expireAdyenLink,
  makeAdyenLink,
  payAdyenLink,
  readAdyenBody,
} from "./adyen-links.ts";
import { adyenRefusal, AdyenStore, type AdyenLink } from "./adyen-store.ts";

/** Adyen's Checkout API as far as Nexus uses it, below `/adyen`, with the page of its links. */
export type AdyenEmulator = JsonEmulator<AdyenStore>;

const merchantAccount = "SandboxMerchantECOM";

const words = jsonWords({
  headers: { "content-type": "application/json" },
  wrongKey: adyenRefusal(401, "000", "HTTP Status Response - Unauthorized"),
  rateLimited: adyenRefusal(429, "702", "Too many requests"),
  maintenance: adyenRefusal(503, "905", "Service unavailable"),
  inProgress: adyenRefusal(422, "704", "request already processed or in progress"),
  refused: adyenRefusal(422, "901", "Invalid Merchant Account"),
  failed: adyenRefusal(500, "905", "Payment details are not supported"),
  mismatch: undefined,
});

const rendered = (link: AdyenLink, site: string) => ({
  id: link.id,
  merchantAccount,
  amount: { value: link.value, currency: link.currency },
  reference: link.reference,
  ...(link.description === null ? {} : { description: link.description }),
  ...(link.returnUrl === null ? {} : { returnUrl: link.returnUrl }),
  reusable: false,
  status: link.status,
  expiresAt: new Date(link.expiresMs).toISOString(),
  url: `${site}/payByLink/${link.id}`,
});

type Asked = JsonAsked<AdyenStore>;

const linkAt = ({ store, at }: Asked): AdyenLink => {
  const link = store.link(at["id"] ?? "");
  if (link === undefined) throw adyenRefusal(404, "100", "The payment link does not exist");
  return link;
};

const linkPath = /^\/paymentLinks\/(?<id>PL\w+)$/;

const endpoints: readonly JsonEndpoint<AdyenStore>[] = [
  {
    method: "POST",
    path: /^\/paymentMethods$/,
    reads: true,
    // https://docs.adyen.com/api-explorer/Checkout/71/post/paymentMethods
    answer: ({ body }) => {
      if (objectOf(body)["merchantAccount"] !== merchantAccount)
        throw adyenRefusal(403, "901", "Invalid Merchant Account");
      return { status: 200, document: { paymentMethods: [{ name: "Cards", type: "scheme" }] } };
    },
  },
  {
    method: "POST",
    path: /^\/paymentLinks$/,
    keyed: true,
    check: ({ body }) => void readAdyenBody(AdyenLinkRequest, body),
    answer: ({ store, site, body }) => ({
      status: 201,
      document: rendered(makeAdyenLink(store, readAdyenBody(AdyenLinkRequest, body)), site),
    }),
  },
  {
    method: "GET",
    path: linkPath,
    answer: (asked) => ({ status: 200, document: rendered(linkAt(asked), asked.site) }),
  },
  {
    method: "PATCH",
    path: linkPath,
    check: ({ body }) => void readAdyenBody(AdyenLinkChange, body),
    answer: (asked) => {
      const link = linkAt(asked);
      expireAdyenLink(asked.store, link);
      return { status: 200, document: rendered(link, asked.site) };
    },
  },
];

const linkPage = (store: AdyenStore, id: string, form: URLSearchParams | undefined): PageAnswer => {
  const link = store.link(id);
  if (link?.status !== "active") return html(frame("Nothing to pay", "<h1>There is nothing to pay any more</h1>"), 410);
  if (form === undefined)
    return html(
      frame(
        "Sandbox Adyen",
        `<h1>Pay ${escape(`${link.currency} ${link.value}`)} (minor units)</h1>
<p>${escape(link.description ?? "")}</p>
<form method="post"><button type="submit">Pay</button></form>`,
      ),
    );
  payAdyenLink(store, link);
  return link.returnUrl === null
    ? html(frame("Done", "<h1>Done: you may close this page</h1>"))
    : { status: 303, body: "", location: link.returnUrl };
};

export const createAdyenEmulator = ({ now, lateMs = 500 }: JsonEmulatorTime): AdyenEmulator => {
  const store = new AdyenStore(now);
  return createJsonEmulator({
    id: "adyen",
    credential: { apiKey: "AQEsandboxtakesanykeyofthisform", accountId: merchantAccount },
    now,
    lateMs,
    store,
    words,
    notFound: () => adyenRefusal(404, "100", "Not found"),
    malformed: () => adyenRefusal(400, "702", "The body is no JSON"),
    isCaller: (headers) => /^AQE\w{12,}$/.test(String(headers["x-api-key"] ?? "")),
    keyOf: ({ headers }) => {
      const key = headers["idempotency-key"];
      if (typeof key !== "string") return undefined;
      if (key.length > 64) throw adyenRefusal(422, "702", "The idempotency key is too long");
      return key;
    },
    keyLifetimeMs: 7 * 86_400_000,
    endpoints,
    page: (path, _, form) => {
      const [, id] = /^\/payByLink\/(PL\w+)$/.exec(path) ?? [];
      return id === undefined ? undefined : linkPage(store, id, form);
    },
  });
};
