import type { Audience } from "./audience.ts";

/** Who may see it, and what to do about not being one of them. */
export const audienceWords: Readonly<
  Record<Exclude<Audience, "everyone">, { readonly who: string; readonly how: string }>
> = {
  members: {
    who: "Members of the organization",
    how: "You are a guest here. Ask an owner or an administrator for another role.",
  },
  administrators: {
    who: "Administrators of the organization",
    how: "Ask an owner for another role, or an administrator to look for you.",
  },
  owners: { who: "Owners of the organization", how: "Ask one of them to look, or to make you an owner." },
  operators: {
    who: "Operators of the platform",
    how: "If you are one, choose the platform's own organization in the menu above.",
  },
};

/** What is on the pages that are not for everybody, by their paths; it loads with the notice that says it. */
export const whatPagesHold: Readonly<Record<string, string>> = {
  "/email": "its mail",
  "/email/templates": "its templates",
  "/email/suppressions": "its suppressed addresses",
  "/email/domains": "its domains",
  "/email/settings": "its mail settings",
  "/payments": "its payments",
  "/payments/approvals": "payments that wait for a person, and decide them",
  "/payments/needs-review": "its payments",
  "/payments/subscriptions": "subscriptions",
  "/payments/invoices": "invoices",
  "/payments/policies": "its policies",
  "/customers": "customers of its apps",
  "/customers/plans": "what customers of its apps pay",
  "/budgets": "its budgets",
  "/budgets/limits": "its limits",
  "/stored-files": "its files",
  "/stored-batches": "its batches",
  "/kept-answers": "answers that are kept",
  "/videos": "its videos",
  "/keys": "keys, and make their own",
  "/keys/service-tokens": "its service tokens",
  "/keys/vendors": "its vendor keys",
  "/members": "its people",
  "/members/sessions": "where its people are signed in",
  "/members/services": "which services it may use",
  "/members/sign-in": "how its people sign in",
  "/connect": "how their programs call Nexus",
  "/audit": "who changed what",
  "/apps": "its apps",
  "/routing": "how its calls are routed",
  "/prices": "what models cost it",
  "/organizations": "every organization",
  "/developers": "who builds apps",
  "/system": "how the installation is",
  "/playground": "its playground, whose calls cost money",
  "/platform-credentials": "the platform's credentials",
};
