//! Compose files.

use super::edit::Edit;
use super::yaml;
use super::{Sources, Target};

/// `restart` of the service whose key is the target.
pub(super) fn restart(sources: &Sources<'_>, target: &Target<'_>) -> Result<Vec<Edit>, String> {
    let services = sources.node(target).and_then(|root| root.get("services"));
    let service =
        services.and_then(|services| services.entries().iter().find(|entry| entry.key_span == target.span));
    let service = service.ok_or("the service is not written out here")?;
    if service.value.get("restart").is_some() || service.value.at(&["deploy", "restart_policy"]).is_some() {
        return Err("it says that it is not to be started again".to_owned());
    }
    let text = sources.tree.text(target.file);
    let after = ["container_name", "build", "image", "command"];
    let (at, new) = yaml::insert(text, &service.value, &after, "restart: unless-stopped")
        .ok_or("the service is not written out here")?;
    Ok(vec![Edit::insert(sources.path(target.file), at, new)])
}
