import type { Metadata } from "next";
import { VendorKeys } from "./vendor-keys.tsx";

export const metadata: Metadata = { title: "Vendor keys" };

const VendorKeysPage = () => <VendorKeys />;

export default VendorKeysPage;
