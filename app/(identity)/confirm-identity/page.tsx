import type { Metadata } from "next";
import { queryReturnTo, type PageProps } from "../_flow/page-query.ts";
import { ConfirmIdentity } from "./confirm-identity.tsx";

export const metadata: Metadata = { title: "Confirm your identity" };

const ConfirmIdentityPage = async (props: PageProps) => <ConfirmIdentity to={await queryReturnTo(props)} />;

export default ConfirmIdentityPage;
