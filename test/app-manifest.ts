type More = Readonly<Record<string, unknown>>;

/** A client of an app of a third party, as its manifest has it. */
export const clientOfApp = (name: string, more: More = {}) => ({
  client_id: `${name}-web`,
  type: "confidential",
  redirect_uris: [`https://${name}.example.com/callback`],
  post_logout_redirect_uris: [],
  grant_types: ["authorization_code", "refresh_token"],
  ...more,
});

/** What an app of a third party registers itself by. */
export const appManifest = (name: string, more: More = {}) => ({
  id: `srv_${name}`,
  version: 1,
  slug: name,
  name: `App ${name}`,
  description: "An app of a third party",
  surface_kind: "application",
  surface_group: "third-party",
  launchable: true,
  launch_url: `https://${name}.example.com/`,
  docs_url: `https://${name}.example.com/docs`,
  first_party: false,
  default_access: false,
  calls: [],
  origins: [],
  pages_projects: [],
  permissions: [{ permission: `srv_${name}.notes:read`, description: "Read notes" }],
  role_bundles: [{ name: "Members", role: "member", permissions: [`srv_${name}.notes:read`] }],
  api_key_scopes: [{ scope: "notes", description: "Read notes", permissions: [`srv_${name}.notes:read`] }],
  bindable_resource_types: [],
  clients: [clientOfApp(name)],
  ...more,
});
