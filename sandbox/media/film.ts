const box = (type: string, body: Buffer): Buffer => {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(body.length + 8, 0);
  head.write(type, 4, "latin1");
  return Buffer.concat([head, body]);
};

/** What stands for a film: the head of an MP4, and a kilobyte for each second that nothing is to be seen in. */
export const film = (seconds: number): Buffer =>
  Buffer.concat([
    box("ftyp", Buffer.from("isom\0\0\x02\0isomiso2mp41", "latin1")),
    box("mdat", Buffer.alloc(Math.ceil(seconds) * 1_024, 0x20)),
  ]);
