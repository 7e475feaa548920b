/** Where Auth's own start page lies; its origin's `/` leads there. */
export const startPage = "/home";

/** The pages shown under Auth's origin, and under no other. */
export const pagePaths: readonly string[] = [
  startPage,
  "/sign-in",
  "/sign-in/second-factor",
  "/organization-sign-in",
  "/register",
  "/verify-email",
  "/add-passkey",
  "/ways-in",
  "/confirm-identity",
  "/forgot-password",
  "/reset-password",
  "/accept-invitation",
  "/choose-organization",
  "/consent",
  "/device",
  "/signed-out",
  "/error",
];
