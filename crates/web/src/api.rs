//! The JSON API.

mod acts;
mod authority;
mod body;
mod description;
mod exposure;
mod gate;
mod log;
mod measures;
mod monitoring;
mod passages;
mod permits;
mod reads;
mod reports;

use utoipa::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::room::Room;

pub(crate) use description::{Access, description};
pub(crate) use permits::permit_id;

pub(crate) use crate::reads::PAGE_MAX as PERMITS_PAGE_MAX;

/// The description's own part; paths come from the handlers.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Portcullis",
        description = "An export-control register. Every answer is as of a day and as known at a \
            position of the log.",
        license(name = "Apache-2.0 OR MIT")
    ),
    modifiers(&Bearer)
)]
struct Description;

/// Says how a caller is known.
struct Bearer;

impl utoipa::Modify for Bearer {
    fn modify(&self, description: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        description
            .components
            .get_or_insert_with(Default::default)
            .add_security_scheme("token", SecurityScheme::Http(scheme));
    }
}

/// Every route of the API.
pub(crate) fn routes() -> OpenApiRouter<Room> {
    acts::add(reads::add(by_hand()))
}

/// The routes with a handler of their own.
fn by_hand() -> OpenApiRouter<Room> {
    OpenApiRouter::with_openapi(Description::openapi())
        .routes(routes!(crate::health::health))
        .routes(routes!(crate::health::ready))
        .routes(routes!(authority::show))
        .routes(routes!(permits::list))
        .routes(routes!(permits::one))
        .routes(routes!(permits::standing))
        .routes(routes!(permits::balance))
        .routes(routes!(permits::check))
        .routes(routes!(passages::reading))
        .routes(routes!(measures::list))
        .routes(routes!(measures::preview))
        .routes(routes!(gate::check))
        .routes(routes!(gate::reserve))
        .routes(routes!(gate::confirm))
        .routes(routes!(gate::restore))
        .routes(routes!(exposure::ask))
        .routes(routes!(monitoring::overdue))
        .routes(routes!(monitoring::request_state))
        .routes(routes!(monitoring::breach_test))
        .routes(routes!(reports::review))
        .routes(routes!(log::list))
        .routes(routes!(log::checkpoint))
}
