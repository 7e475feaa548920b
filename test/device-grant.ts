import { textOf, type Called, type TestAuth, type TestUser } from "./auth-server.ts";
import { postClientForm, tokenPath, type TestClient } from "./oauth-client.ts";

const grantType = "urn:ietf:params:oauth:grant-type:device_code";

/** A person lets a device in by its code, with a sign-in of this very second; the device then collects its tokens. */
export const approveDevice = async (
  auth: TestAuth,
  client: TestClient,
  user: TestUser,
): Promise<{ readonly collect: () => Promise<Called> }> => {
  const { body } = await postClientForm(auth, "/oauth/device", client, { scope: "openid offline_access" });
  const { cookie } = await auth.login(user);
  await auth.call("POST", "/api/device/decide", {
    cookie,
    headers: { "x-topolo-auth": "1" },
    body: { userCode: textOf(body, "user_code"), decision: "allow" },
  });
  const form = { grant_type: grantType, device_code: textOf(body, "device_code") };
  return { collect: () => postClientForm(auth, tokenPath, client, form) };
};

/** A device that was let in. */
export interface TestDevice {
  readonly accessToken: string;
  readonly refreshToken: string;
}

export const letDeviceIn = async (auth: TestAuth, client: TestClient, user: TestUser): Promise<TestDevice> => {
  const { body } = await (await approveDevice(auth, client, user)).collect();
  return { accessToken: textOf(body, "access_token"), refreshToken: textOf(body, "refresh_token") };
};
