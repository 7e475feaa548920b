import type { Metadata } from "next";
import { queryText, type PageProps } from "../_flow/page-query.ts";
import { Device } from "./device.tsx";

export const metadata: Metadata = { title: "Connect a device" };

const DevicePage = async (props: PageProps) => <Device code={await queryText(props, "user_code", /^[\w-]{1,40}$/)} />;

export default DevicePage;
