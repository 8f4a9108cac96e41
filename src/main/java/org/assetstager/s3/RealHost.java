package org.assetstager.s3;

import org.assetstager.settings.EndpointUrl;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpRequest;

/**
 * Sends requests to an endpoint's host, before they are signed: the SDK's rules for endpoints take
 * no host with an underscore, so they were given another one.
 */
record RealHost(EndpointUrl endpoint) implements ExecutionInterceptor {
  @Override
  public SdkHttpRequest modifyHttpRequest(
      Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
    SdkHttpRequest request = context.httpRequest();
    String standIn = endpoint.standInHost();
    if (standIn.equals(endpoint.host()) || !request.host().endsWith(standIn)) {
      return request;
    }
    // Without path-style the bucket stands before it.
    String before = request.host().substring(0, request.host().length() - standIn.length());
    return request.toBuilder().host(before + endpoint.host()).build();
  }
}
