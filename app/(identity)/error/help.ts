import { explainCode } from "../_api/explain.ts";

interface Way {
  readonly href: string;
  readonly label: string;
}

/** What happened, what to do about it, and the way there. */
export interface Help {
  readonly title: string;
  readonly what: string;
  readonly next: string;
  readonly way: Way;
}

const home: Way = { href: "/", label: "Your apps" };
const signIn: Way = { href: "/sign-in", label: "To sign-in" };

const startOver = "Go back to the app and start again from there.";
const tellMakers = "Nothing was shared with it. If you need this app, tell its makers.";

const appMistake = (what: string): Help => ({
  title: "The app made a mistake",
  what,
  next: tellMakers,
  way: home,
});
const tooLate = (what: string): Help => ({ title: "This has ended", what, next: startOver, way: home });
const trouble = (what: string): Help => ({
  title: "This did not work",
  what,
  next: "Nothing was changed. Wait a moment, then try again.",
  way: home,
});

// The codes of OAuth and OpenID Connect beside those of our own that end on this page.
const helps: Readonly<Record<string, Help>> = {
  access_denied: {
    title: "Access was refused",
    what: "You, or a rule of your organization, did not allow the app what it asked for.",
    next: "If that was a mistake, start again from the app.",
    way: home,
  },
  login_required: tooLate("The app asked for somebody who is signed in already, and nobody is."),
  consent_required: tooLate("The app asked for access that has not been allowed yet."),
  interaction_required: tooLate("The app asked for something that needs your decision."),
  account_selection_required: tooLate("The app asked for another account than the one that is signed in."),
  interaction_not_found: tooLate("This sign-in is done already, or it took too long."),
  session_not_found: tooLate("This sign-in is done already, or it took too long."),
  expired_token: tooLate("This took too long."),
  invalid_grant: tooLate("This sign-in was used already, or it took too long."),
  invalid_client: appMistake("The app is not registered with Topolo, or is switched off."),
  invalid_redirect_uri: appMistake(explainCode("redirect_uri_not_registered")),
  redirect_uri_not_registered: appMistake(explainCode("redirect_uri_not_registered")),
  redirect_uri_mismatch: appMistake(explainCode("redirect_uri_not_registered")),
  invalid_request: appMistake("What the app asked for is incomplete or contradicts itself."),
  invalid_scope: appMistake("The app asked for something that does not exist."),
  invalid_target: appMistake("The app asked for access to a service it may not use."),
  unauthorized_client: appMistake("The app asked in a way it is not registered for."),
  unsupported_response_type: appMistake("The app asked in a way that is not supported, for your safety."),
  unsupported_grant_type: appMistake("The app asked in a way that is not supported, for your safety."),
  request_not_supported: appMistake("The app asked in a way that is not supported."),
  request_uri_not_supported: appMistake("The app asked in a way that is not supported."),
  registration_not_supported: appMistake("The app asked in a way that is not supported."),
  federated_failed: {
    title: "The other service said no",
    what: "Signing in there did not succeed, or was cancelled.",
    next: "Try again, or sign in another way.",
    way: signIn,
  },
  account_mismatch: {
    title: "Somebody else is signed in",
    what: "This browser is signed in as somebody else than the app expects.",
    next: "Sign out here first, then go back to the app.",
    way: { href: "/", label: "To your account" },
  },
  account_suspended: {
    title: "This account is not active",
    what: "Signing in worked, but the account has been switched off.",
    next: "Ask an administrator of your organization.",
    way: signIn,
  },
  server_error: trouble("Something went wrong on our side."),
  temporarily_unavailable: trouble("Topolo Auth has too much to do at the moment."),
};

/** Help for a code; for an unknown one what can be said in general. */
export const helpFor = (code: string | undefined): Help => {
  if (code === undefined) return trouble("Something stopped on the way.");
  const known = Object.hasOwn(helps, code) ? helps[code] : undefined;
  return known ?? trouble(explainCode(code));
};
