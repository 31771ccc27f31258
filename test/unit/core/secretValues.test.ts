import { describe, expect, test } from "vitest";
import { secretValues } from "../../../src/core/secretValues";

const rows: readonly (readonly [file: string, values: readonly string[]])[] = [
  ["PORT=3000\nNODE_ENV=production\nHOST=localhost\nAPI_URL=https://api.example.com/v1\n", []],
  ["# TOKEN=abcdefgh12345678\n\n", []],
  ['export DB_PASSWORD="correct horse battery"\n', ["correct horse battery"]],
  ["SESSION_SECRET=abcdefg1\r\nX=y\r\n", ["abcdefg1"]],
  ["DB_PASSWORD=postgres\nADMIN_PASSWORD=Password\nURL=postgres://postgres:postgres@db/app\n", []],
  ["DB_PASSWORD=pOstGresQl\n", ["pOstGresQl"]],
  ["PLAIN=abcd1234efgh5678\n", ["abcd1234efgh5678"]],
  ["DATABASE_URL=postgres://app:hunter22@db/app\n", ["hunter22"]],
  ['{"client_id": "me", "client_secret": "shhh-shhh", "n": 1}', ["shhh-shhh"]],
  ["password: tr0ub4dor&3\nuser: ana\n", ["tr0ub4dor&3"]],
  ["//registry.example/:_authToken=npm-secret\n", ["npm-secret"]],
  ["machine example.com login ana password swordfish9000\n", ["swordfish9000"]],
  ["db:5432:app:ana:k3yk3yk3yk3yk3yk3y\n", ["k3yk3yk3yk3yk3yk3y"]],
  [
    "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA\nshort\n-----END OPENSSH PRIVATE KEY-----\n",
    ["b3BlbnNzaC1rZXktdjEAAAAA"],
  ],
];

describe("what a secret file hides", () => {
  test.each(rows)("SF-3 %j", (text, values) => {
    expect(secretValues(text)).toEqual(values);
  });
});
