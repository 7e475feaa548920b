import { explainCode } from "../../_auth-api/explain.ts";

interface HelpLink {
  readonly href: string;
  readonly label: string;
}

/** What happened, what to do about it, and a link that helps. */
export interface Help {
  readonly title: string;
  readonly what: string;
  readonly next: string;
  readonly link: HelpLink;
}

const home: HelpLink = { href: "/", label: "Your apps" };
const signIn: HelpLink = { href: "/sign-in", label: "Back to sign-in" };

const startOver = "Go back to the app and start again from there.";
const contactDeveloper = "Nothing was shared with it. If you need this app, contact its developer.";

const appMistake = (what: string): Help => ({
  title: "Invalid request from the app",
  what,
  next: contactDeveloper,
  link: home,
});
const tooLate = (what: string): Help => ({ title: "Sign-in expired", what, next: startOver, link: home });
const trouble = (what: string): Help => ({
  title: "The request failed",
  what,
  next: "Nothing was changed. Try again in a moment.",
  link: home,
});

// The codes of OAuth and OpenID Connect beside those of our own that end on this page.
const helps: Readonly<Record<string, Help>> = {
  access_denied: {
    title: "Access denied",
    what: "You or a rule of your organization denied what the app asked for.",
    next: "If that was a mistake, start again from the app.",
    link: home,
  },
  login_required: tooLate("The app requires a signed-in person, and nobody is signed in."),
  consent_required: tooLate("The app asked for access that you have not allowed yet."),
  interaction_required: tooLate("The app asked for something that needs your decision."),
  account_selection_required: tooLate("The app asked for a different account than the one signed in."),
  interaction_not_found: tooLate("This sign-in is finished or has expired."),
  session_not_found: tooLate("This sign-in is finished or has expired."),
  expired_token: tooLate("This has expired."),
  invalid_grant: tooLate("This sign-in was already used or has expired."),
  invalid_client: appMistake("The app is not registered with Topolo, or is disabled."),
  invalid_redirect_uri: appMistake(explainCode("redirect_uri_not_registered")),
  redirect_uri_not_registered: appMistake(explainCode("redirect_uri_not_registered")),
  redirect_uri_mismatch: appMistake(explainCode("redirect_uri_not_registered")),
  invalid_request: appMistake("The app's request is incomplete or contradictory."),
  invalid_scope: appMistake("The app asked for a scope that does not exist."),
  invalid_target: appMistake("The app asked for access to a service it may not use."),
  unauthorized_client: appMistake("The app is not registered for this kind of request."),
  unsupported_response_type: appMistake("This kind of request is not supported, for your safety."),
  unsupported_grant_type: appMistake("This kind of request is not supported, for your safety."),
  request_not_supported: appMistake("This kind of request is not supported."),
  request_uri_not_supported: appMistake("This kind of request is not supported."),
  registration_not_supported: appMistake("This kind of request is not supported."),
  federated_failed: {
    title: "The other service did not sign you in",
    what: "Signing in there failed or was cancelled.",
    next: "Try again, or sign in another way.",
    link: signIn,
  },
  account_mismatch: {
    title: "A different account is signed in",
    what: "This browser is signed in with a different account than the app expects.",
    next: "Sign out here first, then go back to the app.",
    link: { href: "/", label: "Your account" },
  },
  account_suspended: {
    title: "This account is not active",
    what: "You signed in, but the account is disabled.",
    next: "Ask an administrator of your organization.",
    link: signIn,
  },
  server_error: trouble("Something went wrong on our side."),
  temporarily_unavailable: trouble("Topolo Auth is overloaded at the moment."),
};

/** Help for a code; for an unknown one what can be said in general. */
export const helpFor = (code: string | undefined): Help => {
  if (code === undefined) return trouble("The sign-in could not be completed.");
  const known = Object.hasOwn(helps, code) ? helps[code] : undefined;
  return known ?? trouble(explainCode(code));
};
