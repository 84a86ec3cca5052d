//! Traces for a collector (OpenTelemetry, OTLP over HTTP). Only in a build with the feature `otel`.

use axum::extract::Request;
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::Response;
use opentelemetry::context::FutureExt as _;
use opentelemetry::propagation::{Extractor, TextMapPropagator as _};
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{SdkTracerProvider, Tracer};
use tracing_opentelemetry::OpenTelemetryLayer;
use tracing_subscriber::registry::LookupSpan;

/// What goes to the collector: our own spans, without those of the libraries that carry them there.
const SPANS: &str = "off,web=info,casework=info,courier=info,portcullis=info";

/// Sends spans to a collector until it is dropped; what is then still on its way is sent first.
pub(crate) struct Traces(SdkTracerProvider);

impl Traces {
    /// Begins where the environment names a collector, in the variables of the OpenTelemetry
    /// specification: `OTEL_EXPORTER_OTLP_ENDPOINT`, or `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT` for
    /// traces alone.
    ///
    /// # Errors
    /// Says what is wrong with the address.
    pub(crate) fn begin() -> Result<Option<Self>, String> {
        if !is_asked_for() {
            return Ok(None);
        }
        let exporter = opentelemetry_otlp::SpanExporter::builder()
            .with_http()
            .build()
            .map_err(|cause| format!("the collector of traces: {cause}"))?;
        let mut about = opentelemetry_sdk::Resource::builder();
        if std::env::var_os("OTEL_SERVICE_NAME").is_none() {
            about = about.with_service_name("portcullis");
        }
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_resource(about.build())
            .build();
        Ok(Some(Self(provider)))
    }

    /// The layer that takes spans from the program's log.
    pub(crate) fn layer<S>(&self) -> impl tracing_subscriber::Layer<S> + use<S>
    where
        S: tracing::Subscriber + for<'span> LookupSpan<'span>,
    {
        use tracing_subscriber::Layer as _;
        let layer: OpenTelemetryLayer<S, Tracer> =
            tracing_opentelemetry::layer().with_tracer(self.0.tracer("portcullis"));
        layer.with_filter(tracing_subscriber::EnvFilter::new(SPANS))
    }
}

impl Drop for Traces {
    fn drop(&mut self) {
        if let Err(cause) = self.0.shutdown() {
            eprintln!("the last traces were not sent: {cause}");
        }
    }
}

/// Whether the environment names a collector.
pub(crate) fn is_asked_for() -> bool {
    [
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
    ]
    .iter()
    .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// Joins a request to the trace of whoever asks (W3C Trace Context).
pub(crate) async fn joined(request: Request, next: Next) -> Response {
    let theirs = TraceContextPropagator::new().extract(&Headers(request.headers()));
    next.run(request).with_context(theirs).await
}

/// The headers of a request, as the propagator reads them.
struct Headers<'a>(&'a HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).and_then(|value| value.to_str().ok())
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(axum::http::HeaderName::as_str).collect()
    }
}
