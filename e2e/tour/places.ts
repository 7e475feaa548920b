import { pageGroups } from "../../app/(dashboard)/_shell/listed-pages.ts";

/** Every page of the dashboard that the sidebar leads to, by its path. */
export const dashboardPages: readonly string[] = [
  ...new Set(
    pageGroups
      .flatMap(({ pages }) => pages.flatMap(({ href, parts = [] }) => [href, ...parts.map((part) => part.href)]))
      .filter((href) => !href.startsWith("/docs")),
  ),
  "/security/user",
];

/** What nobody's link should lead to. */
export const missingPage = "/no-such-page";

/** Every page of Auth as it is shown to somebody unknown, and what is to be seen when it is ready. */
export const strangersPages: Readonly<Record<string, string>> = {
  "/sign-in": "Sign in",
  "/sign-in?error=federated_failed": "The other service did not sign you in",
  "/sign-in/second-factor": "Back to sign-in",
  "/organization-sign-in": "E-mail at work",
  "/register": "Create account",
  "/verify-email": "Send a new link",
  "/forgot-password": "Send the link",
  "/reset-password": "Ask for a new link",
  "/accept-invitation": "This link is incomplete",
  "/consent": "This request cannot continue",
  "/signed-out": "You are signed out",
  "/error?code=invalid_redirect_uri": "Invalid request from the app",
  "/error?code=%3Cscript%3Ealert(1)%3C/script%3E": "The request failed",
};

/** Pages of Auth for somebody who is signed in. */
export const accountPages: readonly string[] = [
  "/home",
  "/add-passkey",
  "/ways-in",
  "/confirm-identity",
  "/choose-organization",
  "/device?user_code=AB-CD",
];

/** A path as the name of a file: `/keys/vendors` is `keys-vendors`. */
export const fileNameOf = (path: string): string =>
  path
    .replace(/^\//, "")
    .replaceAll(/[^a-z0-9]+/gi, "-")
    .replaceAll(/^-|-$/g, "") || "home";
