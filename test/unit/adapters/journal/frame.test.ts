import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { crc32c } from "../../../../src/adapters/journal/crc32c";
import {
  chainStart,
  decodeFrame,
  encodeFrame,
  reduceFrame,
  type Frame,
} from "../../../../src/adapters/journal/frame";

const payloads = fc.uint8Array({ minLength: 0, maxLength: 200 });

function decoded(bytes: Buffer, offset = 0): Frame {
  const frame = decodeFrame(bytes, offset);
  if (typeof frame === "string") throw new Error(frame);
  return frame;
}

describe("crc32c", () => {
  it("ST-40 gives the value of the standard's check string", () => {
    expect(crc32c(Buffer.from("123456789"))).toBe(0xe3069283);
  });

  it("agrees with the definition, bit by bit, for every length", () => {
    const bitwise = (bytes: Uint8Array): number => {
      let crc = 0xffffffff;
      for (const byte of bytes) {
        crc ^= byte;
        for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
      }
      return (crc ^ 0xffffffff) >>> 0;
    };
    fc.assert(fc.property(payloads, (bytes) => crc32c(bytes) === bitwise(bytes)));
  });
});

describe("frame", () => {
  it("ST-41 comes back as it was written", () => {
    fc.assert(
      fc.property(
        payloads,
        fc.nat(),
        fc.nat({ max: 1e9 }),
        fc.nat({ max: 1000 }),
        (payload, lsn, epoch, place) => {
          const { bytes, hash } = encodeFrame(lsn, epoch, chainStart, payload, place);
          const frame = decoded(bytes);
          expect({ ...frame, payload: Buffer.from(frame.payload) }).toMatchObject({
            lsn,
            epoch,
            place,
            reduced: false,
            size: bytes.length,
          });
          expect(Buffer.from(frame.payload).equals(Buffer.from(payload))).toBe(true);
          expect(frame.hash.equals(hash)).toBe(true);
        },
      ),
    );
  });

  it("ST-42 every single flipped bit is found", () => {
    fc.assert(
      fc.property(payloads, fc.nat(), fc.nat({ max: 7 }), (payload, position, bit) => {
        const { bytes } = encodeFrame(7, 3, chainStart, payload);
        const at = position % bytes.length;
        bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
        expect(typeof decodeFrame(bytes, 0)).toBe("string");
      }),
    );
  });

  it("ST-43 arbitrary bytes never crash the reader", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.nat({ max: 500 }), (bytes, offset) => {
        expect(["string", "object"]).toContain(typeof decodeFrame(Buffer.from(bytes), offset));
      }),
    );
  });

  it("ST-44 a frame that is cut anywhere is refused", () => {
    const { bytes } = encodeFrame(1, 1, chainStart, Buffer.from("hello"));
    for (let end = 0; end < bytes.length; end += 1)
      expect(typeof decodeFrame(bytes.subarray(0, end), 0)).toBe("string");
  });

  it("ST-45 a shorter payload keeps the frame's place in the chain and says so", () => {
    const { bytes, hash } = encodeFrame(5, 2, chainStart, Buffer.from("a long payload"), 1);
    const frame = decoded(reduceFrame(decoded(bytes), Buffer.from("short")));
    expect([frame.reduced, frame.place, frame.lsn, frame.hash.equals(hash)]).toEqual([true, 1, 5, true]);
  });
});
