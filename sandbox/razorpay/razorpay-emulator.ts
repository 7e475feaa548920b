import { createJsonEmulator, type JsonEmulator, type JsonEmulatorTime } from "../acting/json-emulator.ts";
import { jsonWords } from "../acting/json-words.ts";
import { markedIn } from "../acting/marked-in.ts";
import { objectOf } from "../read-json.ts";
import { escape, frame, html, type PageAnswer } from "../page-frame.ts";
import { linkState, payAtRazorpay } from "./razorpay-payments.ts";
import { razorpayEndpoints } from "./razorpay-routes.ts";
import { RazorpayStore, razorpayRefusal } from "./razorpay-store.ts";

/** Razorpay's API as far as Nexus uses it, below `/razorpay`, with the page of its links. */
export type RazorpayEmulator = JsonEmulator<RazorpayStore>;

const words = jsonWords({
  headers: { "content-type": "application/json" },
  wrongKey: razorpayRefusal(401, "Authentication failed"),
  rateLimited: razorpayRefusal(429, "Request failed. Please try after sometime."),
  maintenance: razorpayRefusal(503, "We are facing some trouble completing your request at the moment."),
  inProgress: razorpayRefusal(409, "Another request with the same idempotency key is in progress"),
  refused: razorpayRefusal(400, "Your account does not have enough balance", "amount"),
  failed: razorpayRefusal(500, "We are facing some trouble completing your request at the moment."),
  mismatch: razorpayRefusal(400, "Different request body sent for the same idempotency key", "idempotency_key"),
});

const linkPage = (store: RazorpayStore, code: string, form: URLSearchParams | undefined): PageAnswer => {
  const link = store.links.get(`plink_${code}`);
  if (link === undefined || linkState(store, link) !== "created")
    return html(frame("Nothing to pay", "<h1>There is nothing to pay any more</h1>"), 410);
  if (form === undefined)
    return html(
      frame(
        "Sandbox Razorpay",
        `<h1>Pay ${escape(`${link.currency} ${link.amount}`)} (smallest units)</h1>
<p>${escape(link.description)}</p>
<form method="post"><button type="submit">Pay</button></form>`,
      ),
    );
  const payment = payAtRazorpay(store, link.id);
  const back = new URL(link.callbackUrl);
  back.searchParams.set("razorpay_payment_id", payment.id);
  back.searchParams.set("razorpay_payment_link_id", link.id);
  return { status: 303, body: "", location: back.href };
};

export const createRazorpayEmulator = ({ now, lateMs = 500 }: JsonEmulatorTime): RazorpayEmulator => {
  const store = new RazorpayStore(now);
  return createJsonEmulator({
    id: "razorpay",
    credential: { clientId: "rzp_test_sandboxkey", clientSecret: "sandboxsecretofanyvalue" },
    now,
    lateMs,
    store,
    words,
    notFound: () => razorpayRefusal(404, "The requested URL was not found on the server."),
    malformed: () => razorpayRefusal(400, "The body is no JSON."),
    isCaller: ({ authorization = "" }) => {
      const [, basic = ""] = /^Basic (\S+)$/.exec(authorization) ?? [];
      return /^rzp_\w+:\w{8,}$/.test(Buffer.from(basic, "base64").toString());
    },
    // Of refunds alone, and of ten characters at least: https://razorpay.com/docs/api/refunds/
    keyOf: ({ headers }) => {
      const key = headers["x-refund-idempotency"];
      if (typeof key !== "string") return undefined;
      if (key.length < 10) throw razorpayRefusal(400, "The idempotency key is too short", "idempotency_key");
      return key;
    },
    keyLifetimeMs: 3_600_000,
    markOf: ({ body }) => markedIn(objectOf(body)["notes"]),
    endpoints: razorpayEndpoints,
    page: (path, _, form) => {
      const [, code] = /^\/i\/(\w+)$/.exec(path) ?? [];
      return code === undefined ? undefined : linkPage(store, code, form);
    },
  });
};
