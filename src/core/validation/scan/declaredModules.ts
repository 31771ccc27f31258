/** True when a Python manifest names a distribution that provides the top-level module. */
export function declaresPythonModule(manifest: string, module: string): boolean {
  const text = manifest.replace(/#.*$/gmu, "").toLowerCase();
  const plain = module.toLowerCase().replace(/\W/gu, "");
  const names = [plain, ...(known[plain] ?? []), `python-${plain}`, `py${plain}`].map(anySeparator);
  // `google.cloud` comes from `google-cloud-storage`: a distribution may add parts to the module's name.
  const all = [...names, `${anySeparator(plain)}[-_.]\\w[\\w.-]*`].join("|");
  return new RegExp(`(?:^|[\\s"'\`,([])(?:${all})(?=$|[\\s"'\`=<>~!;,)\\][])`, "mu").test(text);
}

/** Names of distributions do not tell `-`, `_` and `.` apart. */
function anySeparator(name: string): string {
  return name.replace(/[-_.]/gu, "[-_.]");
}

/** Distributions whose name says nothing of the module in it. */
const known: Readonly<Record<string, readonly string[]>> = {
  attr: ["attrs"],
  bs4: ["beautifulsoup4"],
  cv2: ["opencv-python", "opencv-python-headless"],
  dateutil: ["python-dateutil"],
  dotenv: ["python-dotenv"],
  fitz: ["pymupdf"],
  git: ["gitpython"],
  google: ["google-cloud", "protobuf", "google-api-python-client", "google-auth"],
  grpc: ["grpcio"],
  jose: ["python-jose"],
  jwt: ["pyjwt"],
  magic: ["python-magic"],
  mysqldb: ["mysqlclient"],
  openssl: ["pyopenssl"],
  pil: ["pillow"],
  pkg_resources: ["setuptools"],
  psycopg2: ["psycopg2-binary"],
  serial: ["pyserial"],
  skimage: ["scikit-image"],
  sklearn: ["scikit-learn"],
  slugify: ["python-slugify"],
  socks: ["pysocks"],
  usb: ["pyusb"],
  yaml: ["pyyaml"],
  zmq: ["pyzmq"],
};
