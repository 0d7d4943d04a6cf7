//! Key material.

facts! {
    /// A private key, or a container of private keys; public keys and certificates are none.
    "key.file" KeyMaterial {
        /// `pem`, `openssh`, `putty`, `age`, `pkcs12` or `jks`.
        format: String,
        /// Whether git tracks the file; true for every file outside git.
        tracked: bool,
        /// Whether a passphrase is needed to use it; absent where that cannot be told from the text.
        encrypted: Option<bool>,
        /// Its path or a comment above says that it is for tests or development only, as `certs/localhost.key` does.
        development: bool,
    }
}
