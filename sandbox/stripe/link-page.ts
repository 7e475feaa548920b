import { frame, html, type PageAnswer } from "../page-frame.ts";
import { behindLink, isOpenLink } from "./payment-links.ts";
import { word } from "./payments.ts";
import { putSession } from "./sessions.ts";
import { pagePath } from "./page-path.ts";
import type { StripeStore, Thing } from "./stripe-store.ts";

const day = 86_400;

const redirectOf = (link: Thing): string | undefined => {
  const after = link["after_completion"];
  const redirect: unknown = typeof after === "object" && after !== null ? Reflect.get(after, "redirect") : undefined;
  const url: unknown = typeof redirect === "object" && redirect !== null ? Reflect.get(redirect, "url") : undefined;
  return typeof url === "string" ? url : undefined;
};

const metadataOf = ({ metadata }: Thing): Record<string, string> =>
  typeof metadata === "object" && metadata !== null
    ? Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name, String(value)]))
    : {};

/** Whoever opens a link is given a checkout of their own. */
export const linkPage = (store: StripeStore, id: string): PageAnswer => {
  const link = store.of("payment_link", id);
  if (link === undefined) return html(frame("Not found", "<h1>There is no such link</h1>"), 404);
  if (!isOpenLink(link)) return html(frame("Link is closed", "<h1>This link takes no more payments</h1>"), 410);
  const { sale, lines, metadata } = behindLink(link);
  const session = putSession(store, (made) => `${store.origin}${pagePath(made)}`, {
    mode: sale.recurring ? "subscription" : "payment",
    total: sale.total,
    currency: sale.currency,
    cancelUrl: undefined,
    successUrl: redirectOf(link),
    clientReferenceId: undefined,
    customer: undefined,
    email: undefined,
    expiresAt: store.now() + day,
    // https://docs.stripe.com/api/payment_links/payment_links/create: a link's metadata is copied to its sessions.
    metadata: { ...metadataOf(link) },
    link: link.id,
    behind: { lines, metadata, capture: "automatic" },
  });
  return { status: 303, body: "", location: word(session, "url") };
};
