import { expect, test } from "vitest";
import { ConfigurationError, readEnv } from "../platform/env.ts";
import { federatedSettingsOf } from "./federated-settings.ts";

test("a provider is there with its client id and secret", () => {
  expect(federatedSettingsOf(readEnv({}))).toEqual({});
  const settings = federatedSettingsOf(
    readEnv({
      AUTH_GOOGLE_CLIENT_ID: "google-id",
      AUTH_GOOGLE_CLIENT_SECRET: "google-secret",
      AUTH_MICROSOFT_CLIENT_ID: "microsoft-id",
      AUTH_MICROSOFT_CLIENT_SECRET: "microsoft-secret",
      AUTH_GITHUB_CLIENT_ID: "github-id",
      AUTH_GITHUB_CLIENT_SECRET: "github-secret",
      AUTH_GITHUB_URL: "https://github.example.com",
      AUTH_GITHUB_API_URL: "https://github.example.com/api/v3",
    }),
  );
  expect(settings).toEqual({
    google: { clientId: "google-id", clientSecret: "google-secret", issuer: undefined },
    microsoft: { clientId: "microsoft-id", clientSecret: "microsoft-secret", tenant: "common", issuer: undefined },
    github: {
      clientId: "github-id",
      clientSecret: "github-secret",
      url: "https://github.example.com",
      apiUrl: "https://github.example.com/api/v3",
    },
  });
});

test.each([
  ["AUTH_GOOGLE_CLIENT_ID", "AUTH_GOOGLE_CLIENT_SECRET"],
  ["AUTH_MICROSOFT_CLIENT_SECRET", "AUTH_MICROSOFT_CLIENT_ID"],
  ["AUTH_GITHUB_CLIENT_ID", "AUTH_GITHUB_CLIENT_SECRET"],
])("%s alone is a mistake that is named", (set, missing) => {
  const read = () => readEnv({ [set]: "some value" });
  expect(read).toThrow(ConfigurationError);
  expect(read).toThrow(`${missing}: required with ${set}`);
});
