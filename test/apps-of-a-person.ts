import { textOf, type Called, type TestAuth } from "./auth-server.ts";
import { askForAccess } from "./oauth-browser.ts";
import { addClient, addThirdParty, postClientForm, tokenPath, type TestClient } from "./oauth-client.ts";

/** Of Nexus, which alone the other company's app is granted. */
export const grantedScope = "srv_nexus.ai:invoke";

/** What an app or a program holds. */
export interface AppTokens {
  readonly access: string;
  readonly refresh: string;
}

/** Another company's app, and a program of our own as on a command line or a device. */
export interface AppsOfAPerson {
  readonly clients: Readonly<Record<"app" | "device", TestClient>>;
  /** Of the company's app, which the person grants these scopes of Nexus. */
  readonly ofApp: (cookie: string) => Promise<AppTokens>;
  /** Of a program that the person lets in. */
  readonly ofDevice: (cookie: string) => Promise<AppTokens>;
}

const tokensOf = ({ body }: Called): AppTokens => ({
  access: textOf(body, "access_token"),
  refresh: textOf(body, "refresh_token"),
});

export const openAppsOfAPerson = async (
  auth: TestAuth,
  scopes: readonly string[] = [grantedScope],
): Promise<AppsOfAPerson> => {
  await addThirdParty(auth, "srv_partner", ["srv_nexus"]);
  const clients = {
    app: await addClient(auth, { clientId: "matrix-partner", serviceId: "srv_partner", scopes }),
    device: await addClient(auth, {
      clientId: "matrix-program",
      serviceId: "srv_nexus",
      type: "native",
      redirectUris: ["http://127.0.0.1/callback"],
    }),
  };
  // The catalogue is read again after a second at most.
  auth.clock.advance(1_100);
  return {
    clients,
    ofApp: async (cookie) => {
      const scope = ["openid profile email offline_access", ...scopes].join(" ");
      const asked = await askForAccess(auth, clients.app, cookie, { scope, prompt: "consent" });
      return tokensOf(await asked.allow());
    },
    ofDevice: async (cookie) => {
      const scope = "openid offline_access";
      const { body } = await postClientForm(auth, "/oauth/device", clients.device, { scope });
      const decided = await auth.call("POST", "/api/device/decide", {
        cookie,
        headers: { "x-topolo-auth": "1" },
        body: { userCode: textOf(body, "user_code"), decision: "allow" },
      });
      if (decided.status !== 200) throw new Error(`not let in: ${decided.status} ${JSON.stringify(decided.body)}`);
      return tokensOf(
        await postClientForm(auth, tokenPath, clients.device, {
          grant_type: "urn:ietf:params:oauth:grant-type:device_code",
          device_code: textOf(body, "device_code"),
        }),
      );
    },
  };
};
