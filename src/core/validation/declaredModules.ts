/** True when a Python manifest names a distribution that provides the top-level module. */
export function declaresPythonModule(manifest: string, module: string): boolean {
  const text = manifest.replace(/#.*$/gmu, "").toLowerCase();
  return distributionsOf(module.toLowerCase()).some((name) =>
    new RegExp(`(?:^|[\\s"'\`,([])${name.replace(/[-_.]/gu, "[-_.]")}(?=$|[\\s"'\`=<>~!;,)\\][])`, "mu").test(
      text,
    ),
  );
}

/** Distribution names differ from module names often enough; the usual ones, then the usual ways to differ. */
function distributionsOf(module: string): readonly string[] {
  const escaped = module.replace(/[^\w]/gu, "");
  return [
    escaped,
    ...(known[module] ?? []),
    `python-${escaped}`,
    `py${escaped}`,
    `${escaped}-python`,
    `${escaped}[-_.]\\w[\\w.-]*`,
  ];
}

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
