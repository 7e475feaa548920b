const explanations: Readonly<Record<string, string>> = {
  invalid_credentials: "E-mail and password do not match.",
  too_many_attempts: "Too many attempts. Wait a few minutes, then try again.",
  overloaded: "Too many people are signing in. Try again in a moment.",
  account_suspended: "This account is not active. Ask an administrator of your organization.",
  mfa_required: "This account needs a second factor, which this page cannot ask for yet.",
  invalid_request: "Enter your e-mail address and your password.",
  origin_not_allowed: "Topolo Auth does not know this address of the dashboard. Add it to the allowed origins.",
};

/** Auth's code in words; anything unforeseen counts as an outage. */
export const explainRefusal = (code: string): string =>
  explanations[code] ?? "Topolo Auth cannot be reached. Try again in a moment.";
