import {
  createKey,
  CreateKeyInput,
  CreateKeyOutput,
  deleteKey,
  DeleteKeyInput,
  DeleteKeyOutput,
  listKeys,
  listKeyVendors,
  ListKeyVendorsInput,
  ListKeyVendorsOutput,
  ListKeysInput,
  ListKeysOutput,
  rotateKey,
  RotateKeyInput,
  RotateKeyOutput,
  setKeyStatus,
  SetKeyStatusInput,
  SetKeyStatusOutput,
  setPrimaryKey,
  SetPrimaryKeyInput,
  SetPrimaryKeyOutput,
  testKey,
  TestKeyInput,
  TestKeyOutput,
} from "../../../domain/keys/index.ts";
import { declare, del, get, post, router } from "../procedures.ts";

const read = "srv_nexus.keys:read";
const manage = "srv_nexus.keys:manage";

/** The organization's own vendor keys. */
export const keysRouter = router({
  list: declare({ permission: read, summary: "List the organization's vendor keys", rest: get("/api/keys") })
    .input(ListKeysInput)
    .output(ListKeysOutput)
    .query(({ ctx, input }) => listKeys(ctx.deps.management, ctx.call, input)),

  vendors: declare({
    permission: read,
    summary: "List the vendors for which keys can be stored, with the fields of their secrets",
    rest: get("/api/keys/vendors"),
  })
    .input(ListKeyVendorsInput)
    .output(ListKeyVendorsOutput)
    .query(({ ctx, input }) => listKeyVendors(ctx.deps.management, ctx.call, input)),

  create: declare({
    permission: manage,
    summary: "Store a vendor key of the organization",
    rest: post("/api/keys"),
    lasting: true,
  })
    .input(CreateKeyInput)
    .output(CreateKeyOutput)
    .mutation(({ ctx, input }) => createKey(ctx.deps.management, ctx.call, input)),

  rotate: declare({
    permission: manage,
    summary: "Replace the secret of a vendor key",
    rest: post("/api/keys/{id}/rotate"),
    lasting: true,
  })
    .input(RotateKeyInput)
    .output(RotateKeyOutput)
    .mutation(({ ctx, input }) => rotateKey(ctx.deps.management, ctx.call, input)),

  setStatus: declare({
    permission: manage,
    summary: "Disable a vendor key or enable it again",
    rest: post("/api/keys/{id}/status"),
    lasting: true,
  })
    .input(SetKeyStatusInput)
    .output(SetKeyStatusOutput)
    .mutation(({ ctx, input }) => setKeyStatus(ctx.deps.management, ctx.call, input)),

  setPrimary: declare({
    permission: manage,
    summary: "Make a key the primary one of its vendor",
    rest: post("/api/keys/{id}/primary"),
    lasting: true,
  })
    .input(SetPrimaryKeyInput)
    .output(SetPrimaryKeyOutput)
    .mutation(({ ctx, input }) => setPrimaryKey(ctx.deps.management, ctx.call, input)),

  test: declare({
    permission: manage,
    summary: "Ask a vendor whether it takes a key, at no cost",
    rest: post("/api/keys/{id}/test"),
    lasting: false,
  })
    .input(TestKeyInput)
    .output(TestKeyOutput)
    .mutation(({ ctx, input }) => testKey(ctx.deps.management, ctx.deps.probeCredential, ctx.call, input)),

  delete: declare({
    permission: manage,
    summary: "Delete a vendor key and its secret",
    rest: del("/api/keys/{id}"),
    lasting: false,
  })
    .input(DeleteKeyInput)
    .output(DeleteKeyOutput)
    .mutation(({ ctx, input }) => deleteKey(ctx.deps.management, ctx.call, input)),
});
