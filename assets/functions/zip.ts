import { crc32 } from "node:zlib";

/**
 * A ZIP archive of one file, the same bytes for the same content: stored, not compressed, as compressors differ, and with the first date
 * that the format knows (PKWARE APPNOTE.TXT, 4.3 and 4.4). Readable by all, as Lambda demands.
 */
export function zipOf(name: string, content: Uint8Array): Uint8Array {
  const entry = Buffer.from(name);
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(10, 0); // version needed: 1.0
  fields.writeUInt16LE(0x0021, 8); // 1 January 1980
  fields.writeUInt32LE(crc32(content), 10);
  fields.writeUInt32LE(content.length, 14);
  fields.writeUInt32LE(content.length, 18);
  fields.writeUInt16LE(entry.length, 22);
  const local = Buffer.concat([signature(0x04034b50), fields, entry, content]);

  const attributes = Buffer.alloc(14);
  attributes.writeUInt32LE((0o100644 << 16) >>> 0, 6);
  const madeByUnix = Buffer.from([10, 3]);
  const directory = Buffer.concat([signature(0x02014b50), madeByUnix, fields, attributes, entry]);

  const end = Buffer.alloc(18);
  end.writeUInt16LE(1, 4);
  end.writeUInt16LE(1, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(local.length, 12);
  return Buffer.concat([local, directory, signature(0x06054b50), end]);
}

function signature(number: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(number);
  return bytes;
}
