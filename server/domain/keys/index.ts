export { createKey, CreateKeyInput, CreateKeyOutput } from "./create-key.ts";
export { deleteKey, DeleteKeyInput, DeleteKeyOutput } from "./delete-key.ts";
export { listKeyVendors, ListKeyVendorsInput, ListKeyVendorsOutput } from "./list-key-vendors.ts";
export { listKeys, ListKeysInput, ListKeysOutput } from "./list-keys.ts";
export { rotateKey, RotateKeyInput, RotateKeyOutput } from "./rotate-key.ts";
export { setKeyStatus, SetKeyStatusInput, SetKeyStatusOutput } from "./set-key-status.ts";
export { setPrimaryKey, SetPrimaryKeyInput, SetPrimaryKeyOutput } from "./set-primary-key.ts";
export { testKey, TestKeyInput, TestKeyOutput } from "./test-key.ts";
