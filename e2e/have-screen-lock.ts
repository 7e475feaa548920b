import type { Page } from "@playwright/test";

/** Makes the page one of a device with a screen lock, in a browser that offers no passkeys in fields. */
export const haveScreenLock = async (page: Page): Promise<void> => {
  const context = page.context();
  await context.addInitScript(() => {
    if ("PublicKeyCredential" in globalThis)
      Object.assign(PublicKeyCredential, { isConditionalMediationAvailable: () => Promise.resolve(false) });
  });
  const devtools = await context.newCDPSession(page);
  await devtools.send("WebAuthn.enable", { enableUI: false });
  await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
};
