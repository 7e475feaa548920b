import type { Metadata } from "next";
import { queryReturnTo, type PageProps } from "../_flow/page-query.ts";
import { AddPasskey } from "./add-passkey.tsx";

export const metadata: Metadata = { title: "Add a passkey" };

const AddPasskeyPage = async (props: PageProps) => <AddPasskey to={await queryReturnTo(props)} />;

export default AddPasskeyPage;
