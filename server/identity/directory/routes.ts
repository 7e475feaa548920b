import { json } from "../http/read-input.ts";
import { route, type AuthRoute } from "../http/route.ts";
import { signedIn } from "../http/steps.ts";
import { ownersOnly } from "../organizations/as-owner.ts";
import { requireRecentSignIn } from "../step-up/require-recent-sign-in.ts";
import { changeDirectory, PutDirectoryInput, readDirectory } from "./manage-directory.ts";
import { createToken, CreateScimTokenInput, listTokens, revokeToken } from "./manage-tokens.ts";
import {
  listResourceTypes,
  listSchemas,
  readResourceType,
  readSchema,
  readServiceProviderConfig,
} from "./scim/discovery.ts";
import {
  listDirectoryGroups,
  patchGroup,
  postGroup,
  putGroup,
  readOneGroup,
  removeGroup,
} from "./scim/groups/groups.ts";
import { forDirectory } from "./scim/scim-answer.ts";
import { deleteUser, listUsers, patchUser, postUser, putUser, readOneUser } from "./scim/users/users.ts";

/** An organization's directory: who manages it, and the SCIM 2.0 service that it writes to. */
export const directoryRoutes: readonly AuthRoute[] = [
  route.get("/api/organizations/:id/directory").step(signedIn).step(ownersOnly).answer(readDirectory),
  route
    .put("/api/organizations/:id/directory")
    .step(signedIn)
    .step(ownersOnly)
    .step(requireRecentSignIn)
    .step(json(PutDirectoryInput))
    .answer(changeDirectory),
  route.get("/api/organizations/:id/scim-tokens").step(signedIn).step(ownersOnly).answer(listTokens),
  route
    .post("/api/organizations/:id/scim-tokens")
    .step(signedIn)
    .step(ownersOnly)
    .step(requireRecentSignIn)
    .step(json(CreateScimTokenInput))
    .answer(createToken),
  route.remove("/api/organizations/:id/scim-tokens/:tokenId").step(signedIn).step(ownersOnly).answer(revokeToken),
  route.get("/scim/v2/ServiceProviderConfig").answer(forDirectory(readServiceProviderConfig)),
  route.get("/scim/v2/Schemas").answer(forDirectory(listSchemas)),
  route.get("/scim/v2/Schemas/:id").answer(forDirectory(readSchema)),
  route.get("/scim/v2/ResourceTypes").answer(forDirectory(listResourceTypes)),
  route.get("/scim/v2/ResourceTypes/:id").answer(forDirectory(readResourceType)),
  route.get("/scim/v2/Users").answer(forDirectory(listUsers)),
  route.post("/scim/v2/Users").answer(forDirectory(postUser)),
  route.get("/scim/v2/Users/:id").answer(forDirectory(readOneUser)),
  route.put("/scim/v2/Users/:id").answer(forDirectory(putUser)),
  route.patch("/scim/v2/Users/:id").answer(forDirectory(patchUser)),
  route.remove("/scim/v2/Users/:id").answer(forDirectory(deleteUser)),
  route.get("/scim/v2/Groups").answer(forDirectory(listDirectoryGroups)),
  route.post("/scim/v2/Groups").answer(forDirectory(postGroup)),
  route.get("/scim/v2/Groups/:id").answer(forDirectory(readOneGroup)),
  route.put("/scim/v2/Groups/:id").answer(forDirectory(putGroup)),
  route.patch("/scim/v2/Groups/:id").answer(forDirectory(patchGroup)),
  route.remove("/scim/v2/Groups/:id").answer(forDirectory(removeGroup)),
];
