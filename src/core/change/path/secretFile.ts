import { canonicalPath } from "./canonicalPath";

/**
 * True for files whose content must never reach a model, a search result or a log: environment files, private keys
 * and credential stores. By name only, whether or not the file exists.
 */
export function isSecretFile(path: string): boolean {
  const components = canonicalPath(path).split("/");
  const name = components.at(-1) ?? "";
  if (components.slice(0, -1).some((folder) => secretFolders.has(folder))) return !name.endsWith(".pub");
  const tail = components.slice(-2).join("/");
  return (
    secretNames.has(name) || secretTails.has(tail) || secretPatterns.some((pattern) => pattern.test(name))
  );
}

const secretFolders = new Set([".ssh", ".gnupg", ".aws", ".azure", ".gcloud", ".password-store", ".secrets"]);

const secretTails = new Set([
  ".docker/config.json",
  ".kube/config",
  ".config/gh",
  ".cargo/credentials",
  ".cargo/credentials.toml",
  ".gem/credentials",
  ".m2/settings.xml",
  ".m2/settings-security.xml",
  "config/master.key",
  "gh/hosts.yml",
]);

const secretNames = new Set([
  ".netrc",
  "_netrc",
  ".npmrc",
  ".yarnrc",
  ".yarnrc.yml",
  ".pypirc",
  ".git-credentials",
  ".pgpass",
  ".my.cnf",
  ".mylogin.cnf",
  ".htpasswd",
  ".vault-token",
  ".boto",
  ".s3cfg",
  ".dockercfg",
  ".terraformrc",
  "credentials",
  "credentials.json",
  "client_secret.json",
  "wallet.dat",
  "kubeconfig",
  ".envrc",
  ".authinfo",
  ".authinfo.gpg",
  "shadow",
  "token.json",
]);

const secretPatterns: readonly RegExp[] = [
  /^\.env/u,
  /\.env$/u,
  /^(?:id|ssh_host)_(?:rsa|dsa|ecdsa|ed25519)(?:_sk|_key)?(?!.*\.pub$)/u,
  /\.(?:pem|key|p12|pfx|p8|ppk|jks|jceks|keystore|kdbx?|pkcs12|ovpn|tfstate|tfvars|age|agekey|keychain|keychain-db|mobileprovision)$/u,
  /\.tfstate\.backup$/u,
  /^secrets?(?:\.[\w-]+)?\.(?:ya?ml|json|toml|ini|properties|txt|env)$/u,
  /^(?:service[-_]?account|gcp[-_]key|firebase-adminsdk)[\w.-]*\.json$/u,
  /^client_secret[\w.-]*\.json$/u,
];
